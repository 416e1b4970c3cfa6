from datetime import UTC, datetime
from decimal import Decimal

import pytest

from markets.catalog import PAIRS, ensure_holidays, ensure_symbol, pair_of
from markets.models import Holiday, Symbol
from markets.sessions import AlwaysOpen
from tests.builders import NOON, make_symbol

pytestmark = pytest.mark.django_db


def test_a_known_pair_is_created_as_it_is_quoted():
    symbol = ensure_symbol("USDJPY", feed="push")

    assert (symbol.digits, symbol.pip_size, symbol.feed) == (3, Decimal("0.01"), "push")


def test_a_symbol_that_exists_is_left_alone():
    make_symbol("EURUSD", typical_spread_pips=3.0)

    assert ensure_symbol("EURUSD", feed="push").typical_spread_pips == 3.0
    assert Symbol.objects.count() == 1


def test_every_pair_of_the_catalog_is_a_symbol_that_may_be():
    for code in PAIRS:
        ensure_symbol(code).full_clean()
    assert pair_of("NOKJPY").digits == 3


def test_holidays_are_seeded_once_and_close_the_forex_market():
    ensure_holidays([2026], now=NOON)
    ensure_holidays([2026], now=NOON)

    calendar = make_symbol(feed="push").calendar
    assert Holiday.objects.count() == 2
    assert not calendar.is_open(datetime(2026, 12, 25, 12, tzinfo=UTC))
    assert calendar.is_open(datetime(2026, 12, 24, 12, tzinfo=UTC))


def test_the_mock_market_never_closes():
    assert make_symbol(feed="mock").calendar == AlwaysOpen()
