"""Many configs moved together: nobody loses a minute to another, and the tick tells of all."""

from datetime import timedelta

import pytest
from django.db import connection

from audit.models import Event
from markets.models import Symbol
from signals.engine import SHARD, tick, work_shard
from signals.models import Journal, Signal, Tick, Track
from strategies.models import StrategyConfig
from tests.builders import NOON, make_candles, make_config, make_symbol
from tests.signals.desk import FIRST_DECISION, START, first_signal, make_desk, pushed

pytestmark = pytest.mark.django_db


def test_when_a_shard_cannot_be_stored_its_configs_are_moved_one_by_one():
    broken, fine = make_desk("EURUSD"), make_desk("GBPUSD")
    tick(now=pushed(broken, FIRST_DECISION))
    tick(now=pushed(fine, FIRST_DECISION))
    double = first_signal(fine)
    config = StrategyConfig.objects.get(symbol=broken)
    facts = {"config": config, "config_version": config.current_version, "symbol": broken}
    for name, value in facts.items():
        setattr(double, name, value)
    double.pk, double.receipt = None, ""
    double.save(force_insert=True)

    pushed(broken, FIRST_DECISION + 50)
    with pytest.raises(ExceptionGroup):
        tick(now=pushed(fine, FIRST_DECISION + 50))

    stood = Track.objects.get(config__symbol=broken).last_bar
    assert stood < Track.objects.get(config__symbol=fine).last_bar
    assert (
        "EMA cross with RSI gate on EURUSD"
        in Event.objects.filter(kind="engine.failed").first().text
    )


def test_a_bar_of_fifteen_minutes_is_decided_when_its_last_minute_is_there():
    symbol = make_desk()
    config = make_config(symbol, "donchian_atr", timeframe="M15")

    tick(now=pushed(symbol, 29))
    before = Track.objects.get(config=config).last_bar
    tick(now=pushed(symbol, 30))

    assert before == START
    assert Track.objects.get(config=config).last_bar == START + timedelta(minutes=15)
    assert Journal.objects.filter(track__config=config).exists()


def test_a_desk_of_several_shards_hands_them_out_and_the_last_one_finishes_the_tick():
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite has one writer at a time, so its shards are not handed out")
    for number in range(SHARD + 1):
        symbol = make_symbol(f"X{number:05d}", feed="push")
        make_candles(symbol, start=NOON, closes=[1.1, 1.2])
    make_config(symbol)
    handed: list[tuple[int, tuple[int, ...]]] = []
    now = NOON + timedelta(minutes=2, seconds=3)

    beat = tick(now=now, hand_out=lambda *part: handed.append(part))
    before = (beat.finished_at, Signal.objects.count(), beat.shards_left)
    left = []
    for part in handed:
        assert not work_shard(*part, now=now)
        left.append(Tick.objects.get().finished_at)

    assert before == (None, 0, 2)
    assert sorted(pk for _, ids in handed for pk in ids) == sorted(
        Symbol.objects.values_list("pk", flat=True)
    )
    assert left[0] is None and left[1] is not None
    assert Tick.objects.get().bars == 2


def test_minutes_that_come_in_lots_are_decided_as_all_at_once():
    in_lots, at_once = make_desk("EURUSD"), make_desk("GBPUSD")

    for minutes in range(330, 735, 45):
        tick(now=pushed(in_lots, minutes))
    tick(now=pushed(at_once, minutes))

    lots, whole = (
        list(Signal.objects.filter(symbol=symbol).values_list("bar_time", "action", "price"))
        for symbol in (in_lots, at_once)
    )
    assert lots == whole
    assert len(whole) > 5
