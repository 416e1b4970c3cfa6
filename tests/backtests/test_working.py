"""A worker's turn: what it claims, does, stores, and what it leaves alone."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from backtests import running
from backtests.models import Backtest, State
from backtests.pulse import Pulse, Stopped
from backtests.runs import LEASE, cancel, claim, queue_backtest
from backtests.working import work_turn
from markets.models import Candle, Symbol
from tests.backtests.stored import plan, store_minutes
from tests.builders import NOON
from tests.processes import wait_for

pytestmark = pytest.mark.django_db


class Clock:
    """A second passes with each look."""

    def __init__(self):
        self.now = NOON

    def __call__(self):
        self.now += timedelta(seconds=1)
        return self.now


def queued(**values):
    return queue_backtest(plan(**values), by="olga", now=NOON)


def test_a_turn_does_every_waiting_run_and_stores_what_it_found():
    store_minutes(count=2_880)
    run, quiet = queued(), queued(min_confidence=1.0)

    assert work_turn(worker="w", clock=Clock()) is False

    run.refresh_from_db()
    found = running.test(plan())
    assert (run.state, run.bars_done, run.bars_total) == (State.DONE, 2_880, 2_880)
    assert run.result.trades().r.tolist() == found.trades.r.tolist()
    assert run.figures["n"] == len(found.trades) > 10
    assert run.result.bars[0]["first"] == "2026-03-02T00:00:00+00:00"
    quiet.refresh_from_db()
    assert quiet.figures["n"] < run.figures["n"]


def test_trades_of_several_symbols_are_merged_by_the_bar_that_decided():
    store_minutes(count=2_000)
    store_minutes("GBPUSD", count=2_000, seed=8)

    both = running.test(plan(symbols=["EURUSD", "GBPUSD"]))
    alone = running.test(plan(symbols=["GBPUSD"]))

    second = both.trades.where(both.trades.symbol == 1)
    assert set(both.trades.symbol.tolist()) == {0, 1}
    assert sorted(both.trades.decided_at.tolist()) == both.trades.decided_at.tolist()
    assert second.r.tolist() == alone.trades.r.tolist()
    assert both.bar_count == 4_000


def test_bars_before_the_period_warm_up_and_decide_nothing():
    store_minutes(count=2_880)

    found = running.test(plan(start="2026-03-03"))

    assert found.bars[0].bars == 1_440
    first = str(found.trades.decided_at[0])
    assert "2026-03-03T00:00" <= first < "2026-03-03T05:00"  # not 300 bars later


def test_a_run_that_cannot_be_done_fails_with_words_and_the_next_one_is_done():
    store_minutes(count=400)
    store_minutes("GBPUSD", count=400)
    broken, sound = queued(symbols=["GBPUSD"]), queued()
    broken.plan["parameters"] = {"fats": 3}
    broken.save()

    work_turn(worker="w", clock=Clock())

    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, sound.state) == (State.FAILED, State.DONE)
    assert broken.error.startswith("SettingError: unknown setting 'fats'")


def test_a_run_whose_symbol_or_strategy_is_gone_says_so():
    store_minutes(count=400)
    store_minutes("GBPUSD", count=400)
    deleted, renamed = queued(symbols=["GBPUSD", "EURUSD"]), queued()
    renamed.plan["strategy"] = "ema"
    renamed.save()
    Candle.objects.filter(symbol__code="GBPUSD").delete()
    Symbol.objects.filter(code="GBPUSD").delete()

    work_turn(worker="w", clock=Clock())

    deleted.refresh_from_db()
    renamed.refresh_from_db()
    assert deleted.error == "GBPUSD was deleted since: add it again, or test without it."
    assert renamed.error.startswith("There is no strategy ema any more. Known: ema_rsi, ")


def test_a_run_whose_candles_were_deleted_tells_of_no_bars():
    store_minutes(count=400)
    run = queued()
    Candle.objects.all().delete()

    work_turn(worker="w", clock=Clock())

    run.refresh_from_db()
    assert (run.state, run.bars_total, run.figures["n"]) == (State.DONE, 0, 0)


def test_a_turn_ends_after_a_minute_and_says_that_more_waits():
    store_minutes(count=400)
    for _ in range(30):
        queued()
    heard = []

    assert work_turn(worker="w", clock=Clock(), on_more=lambda: heard.append("more")) is True

    assert heard
    assert 0 < Backtest.objects.filter(state=State.DONE).count() < 30


@pytest.mark.django_db(transaction=True)
def test_a_pulse_keeps_the_claim_and_stops_a_cancelled_run():
    store_minutes(count=400)
    with transaction.atomic():
        queued()
        [run] = claim(1, worker="w", now=NOON)
    clock = Clock()

    with Pulse([run], clock=clock, seconds=0.01) as pulse, pulse.working_on(run):
        pulse.note(200)
        wait_for(lambda: Backtest.objects.get().bars_done == 200, seconds=60, what="a beat")
        assert Backtest.objects.get().beat_at > NOON
        assert claim(1, worker="other", now=NOON + LEASE) == []
        cancel(run, by="olga", now=NOON)
        with pytest.raises(Stopped):
            wait_for(lambda: pulse.note(201), seconds=60, what="the stop")


@pytest.mark.django_db(transaction=True)
def test_a_pulse_beats_on_after_the_database_dropped_its_connection():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has no connection that could be dropped")
    store_minutes(count=400)
    with transaction.atomic():
        queued()
        [run] = claim(1, worker="w", now=NOON)

    with Pulse([run], clock=Clock(), seconds=0.01):
        wait_for(lambda: Backtest.objects.get().beat_at > NOON, seconds=60, what="a beat")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        later = Backtest.objects.get().beat_at + timedelta(seconds=9)  # a second each beat
        wait_for(lambda: Backtest.objects.get().beat_at > later, seconds=60, what="more beats")
