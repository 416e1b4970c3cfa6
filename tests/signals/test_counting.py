"""How many signals were ever recorded live, counted for all of a transaction at once."""

from datetime import timedelta

import pytest

from signals.counting import count_signals
from signals.models import SignalCount
from tests.builders import NOON, make_signal, make_symbol

pytestmark = pytest.mark.django_db


def test_each_kind_of_signal_is_counted_on_with_the_time_of_its_newest():
    symbol = make_symbol()
    first = make_signal(symbol, action="BUY")
    second = make_signal(symbol, action="BUY", bar_time=first.bar_time + timedelta(minutes=1))
    blocked = make_signal(
        symbol, action="BUY", status="blocked", bar_time=first.bar_time + timedelta(minutes=2)
    )
    second.issued_at = NOON + timedelta(hours=1)

    count_signals([first])
    count_signals([first, second, blocked])

    rows = dict(SignalCount.objects.values_list("status", "total"))
    assert rows == {"open": 3, "blocked": 1}
    assert SignalCount.objects.get(status="open").last_at == second.issued_at


def test_counting_asks_as_often_for_many_signals_as_for_one(django_assert_num_queries):
    signals = [make_signal(make_symbol(code)) for code in ("EURUSD", "GBPUSD", "USDJPY")]

    with django_assert_num_queries(3):
        count_signals(signals)
    with django_assert_num_queries(3):
        count_signals(signals[:1])
    with django_assert_num_queries(0):
        count_signals([])
