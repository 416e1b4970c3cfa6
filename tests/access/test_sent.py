import pytest
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from access.sent import PageQuery, Sent, read_query


class Wanted(PageQuery):
    symbol = serializers.CharField(required=False)


def asked(query):
    return read_query(Wanted, Request(APIRequestFactory().get(f"/{query}")))


def test_a_query_is_read_with_its_defaults():
    assert asked("?symbol=EURUSD") == {"symbol": "EURUSD", "limit": 50}


@pytest.mark.parametrize(
    ("query", "name", "word"),
    [
        ("?simbol=EURUSD", "simbol", "did you mean symbol?"),
        ("?page=2", "page", "there is limit, cursor, symbol"),
        ("?limit=0", "limit", "greater than or equal to 1"),
        ("?limit=201", "limit", "less than or equal to 200"),
        ("?symbol=", "symbol", "may not be blank"),
        ("?symbol=EURUSD&symbol=GBPUSD", "symbol", "Say it once."),
    ],
)
def test_what_no_list_takes_is_refused_by_name(query, name, word):
    with pytest.raises(ValidationError) as refused:
        asked(query)

    assert word in str(refused.value.detail[name])


def test_where_nothing_is_taken_nothing_is_ignored():
    class Nothing(Sent):
        pass

    with pytest.raises(ValidationError, match="Nothing is taken here"):
        read_query(Nothing, Request(APIRequestFactory().get("/?a=1")))
