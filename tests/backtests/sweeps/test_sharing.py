"""Trials of a sweep share what was read and decided, and come out as if each had run alone."""

import gc
from weakref import ref

import pytest

from backtests.running import Reader
from backtests.running import test as outcome_of
from backtests.shared import bytes_of
from markets.models import Symbol
from strategies.ema_rsi import EmaRsi
from strategies.remembered import Kept
from tests.backtests.stored import plan, store_minutes

pytestmark = pytest.mark.django_db


def test_trials_with_other_warmups_read_the_bars_once(django_assert_num_queries):
    store_minutes()
    reader, fast, slow = Reader(), plan(parameters={"slow": 26}), plan(parameters={"slow": 90})
    outcome_of(fast, reader=reader)

    with django_assert_num_queries(2):  # the symbol, and the holidays of its feed
        outcome_of(slow, reader=reader)


def test_trials_that_differ_in_levels_decide_once():
    store_minutes()
    reader = Reader()

    for stop in (2.0, 3.0, 4.0):
        outcome_of(plan(sl_value=stop), reader=reader)

    assert len(reader.room.decided) == 1


def test_a_trial_among_others_comes_out_as_it_does_alone():
    store_minutes()
    plans = [plan(parameters={"slow": slow}, sl_value=stop) for slow in (26, 90) for stop in (2, 3)]
    reader = Reader()

    together = [outcome_of(each, reader=reader).trades.to_bytes() for each in plans]

    assert together == [outcome_of(each).trades.to_bytes() for each in plans]
    assert len(set(together)) == 4


def test_bars_a_reader_keeps_no_longer_are_held_by_nothing_else():
    store_minutes()
    store_minutes("GBPUSD", seed=8)
    reader = Reader(kept=Kept(1, weigh=lambda shared: 1))
    first, second = plan(), plan(symbols=["GBPUSD"])
    symbol = Symbol.objects.get(code="EURUSD")

    outcome_of(first, reader=reader)
    held = ref(reader.bars(symbol, first, warmup=EmaRsi().warmup).bars)
    assert held() is not None
    outcome_of(second, reader=reader)
    gc.collect()

    assert held() is None
    assert len(reader.room.decided) == 2  # which need their bars no more


def test_what_is_kept_is_weighed_by_its_bytes():
    store_minutes()
    reader = Reader()
    outcome_of(plan(), reader=reader)
    bars = reader.bars(Symbol.objects.get(), plan(), warmup=EmaRsi().warmup)

    assert bytes_of(bars.bars) == 2_880 * 9 * 8
    assert reader.kept.weight == bytes_of(bars.bars)
    assert reader.room.markets.weight == 2_880 * (9 * 8 + 1)
    assert reader.room.decided.weight > 2_880 * 4
