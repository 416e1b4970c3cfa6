"""Values in a body: what is taken, and what is refused in which words."""

from datetime import time
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.http import QueryDict
from rest_framework.exceptions import ValidationError

from access.sent import Sent, read_body, read_query
from access.values import Amount, ByName, Choice, ClockTime, Flag, Number, SentModel, Switch, Whole
from markets.models import Symbol

HUGE = 10**400


class SymbolChange(SentModel):
    class Meta:
        model = Symbol
        fields = ("digits", "pip_size", "typical_spread_pips", "feed", "is_enabled")


class Asked:
    def __init__(self, sent=None, **body):
        self.data = body if sent is None else sent


@pytest.mark.parametrize(
    ("field", "sent", "read"),
    [
        (Switch(), False, False),
        (Number(), "1.5", 1.5),
        (Number(), 2, 2.0),
        (Whole(), "12", 12),
        (Whole(), 12.0, 12),
        (Amount(max_digits=8, decimal_places=2), 0.1, Decimal("0.10")),
        (Choice(["live", "shadow"]), "live", "live"),
        (ClockTime(), "07:30", time(7, 30)),
        (ClockTime(), "23:59:59", time(23, 59, 59)),
    ],
)
def test_what_is_plainly_a_value_is_taken(field, sent, read):
    assert field.run_validation(sent) == read


@pytest.mark.parametrize(
    ("field", "values", "words"),
    [
        (Switch(), ["true", "yes", 1, 0, "", [], {}], "Write true or false."),
        (Number(), [True, "NaN", "inf", 1e999, HUGE, "x", [], {}], "Write a number."),
        (Whole(), [True, "NaN", 1e999, 1.5, "x", [], {}], "Write a whole number."),
        (Whole(max_value=9), [10, HUGE], "Must be at most 9."),
        (Number(min_value=0), [-1, "-0.1"], "Must be at least 0."),
        (Amount(8, 2), [True, "NaN", "Infinity", 1e999, "x", [], {}], "Write a number."),
        (Amount(8, 2), [HUGE, "1e30", 123456.789], "At most 8 digits."),
        (Amount(8, 2), [1234567], "At most 6 digits before the point."),
        (Amount(8, 2), [0.123], "At most 2 decimals."),
        (
            ClockTime(),
            ["24:00", "7:30", "07:30+02:00", "x", 7],
            "Write a time of day, such as 07:30.",
        ),
        (Choice(["a", "b"]), ["c", True, 1, [], {}], "Write one of: a, b."),
    ],
)
def test_what_is_none_is_refused_in_words(field, values, words):
    for value in values:
        with pytest.raises(ValidationError) as refused:
            field.run_validation(value)
        assert refused.value.detail == [words]


@pytest.mark.parametrize(
    ("query", "read"),
    [("", {}), ("enabled=true", {"enabled": True}), ("enabled=0", {"enabled": False})],
)
def test_a_flag_nobody_asked_for_is_neither_true_nor_false(query, read):
    class Wanted(Sent):
        enabled = Flag(required=False)

    assert read_query(Wanted, SimpleNamespace(query_params=QueryDict(query))) == read


def test_a_body_of_columns_holds_what_was_sent_and_no_default():
    asked = read_body(SymbolChange, Asked(digits=3, is_enabled=False))

    assert asked == {"digits": 3, "is_enabled": False}


@pytest.mark.parametrize(
    "wrong", [{"digits": 9}, {"digits": -1}, {"feed": "pigeon"}, {"is_enabled": "no"}, {"id": 1}]
)
def test_a_body_of_columns_has_the_limits_of_the_model(wrong):
    with pytest.raises(ValidationError) as refused:
        read_body(SymbolChange, Asked(**wrong))

    assert list(refused.value.detail) == list(wrong)


@pytest.mark.django_db
def test_a_name_with_a_zero_byte_is_no_row_on_either_database():
    field = ByName(slug_field="code", queryset=Symbol.objects.all())

    with pytest.raises(ValidationError, match="EURUSD"):
        field.run_validation("EUR\x00USD")
