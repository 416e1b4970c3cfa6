"""A body is read as JSON wrote it: no text passes for a switch or a number."""

from types import SimpleNamespace

import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from access.sent import Sent, read_body


class Order(Sent):
    reason = serializers.CharField(required=False, allow_null=True)
    enabled = serializers.BooleanField(required=False)
    count = serializers.IntegerField(required=False)
    share = serializers.FloatField(required=False)


def read(**body):
    return read_body(Order, SimpleNamespace(data=body))


@pytest.mark.parametrize(
    "body", [{"reason": "7"}, {"reason": None}, {"enabled": False}, {"count": 7}, {"share": 1}]
)
def test_values_of_the_described_type_are_taken(body):
    assert read(**body) == body


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"reason": 7}, "Write a text, in quotes."),
        ({"enabled": "off"}, "Write true or false, without quotes."),
        ({"enabled": 1}, "Write true or false, without quotes."),
        ({"count": "7"}, "Write a whole number, without quotes."),
        ({"count": True}, "Write a whole number, without quotes."),
        ({"share": "0.5"}, "Write a number, without quotes."),
    ],
)
def test_any_other_type_is_refused_in_words(body, words):
    with pytest.raises(ValidationError) as refused:
        read(**body)

    assert list(refused.value.detail.values()) == [[words]]
