"""Days as a desk has them: whatever was done through the desk, computed again they are the same."""

import math
from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from delivery.hand_sends import resend
from delivery.models import Message
from delivery.pauses import pause, resume
from markets.feeds.base import Bar
from markets.frames import Timeframe
from markets.ingest import store_bars
from markets.models import Symbol
from risk.models import RiskSettings
from risk.versions import report_daily_loss, save_settings
from signals.models import Journal, Position, Signal
from strategies.models import StrategyConfig
from strategies.versions import save_config, set_enabled
from tests.builders import make_recipient
from tests.signals.desk import START, make_desk
from tests.signals.parity.day import MINUTE, look, push
from tests.signals.parity.watched import NOON, assert_the_same, at, begun_day, go_on

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def slow_wave(first: datetime, last: datetime, length: int) -> list[Bar]:
    """Pushed minutes in [first, last), swinging so that bars of `length` minutes cross."""
    found = []
    for n in range(int((last - first) / MINUTE)):
        close = round(1.1 + 0.0030 * math.sin(n / 15 / length), 5)
        bid = {"open": close, "high": close + 0.0001, "low": close - 0.0001, "close": close}
        ask = {f"ask_{side}": price + 0.0001 for side, price in bid.items()}
        found.append(Bar(time=first + n * MINUTE, volume=1.0, **bid, **ask))
    return found


def change_config(minute: int, **values: object) -> None:
    config = StrategyConfig.objects.get()
    for name, value in values.items():
        setattr(config, name, value)
    save_config(config, by="anna", now=at(minute))


def change_symbol(symbol: Symbol, **values: object) -> None:
    for name, value in values.items():
        setattr(symbol, name, value)
    symbol.save()


def test_the_kill_switch_on_and_off():
    symbol = begun_day()
    pause(reason="news", by="anna", now=at(NOON))
    go_on(symbol, NOON, NOON + 50)
    resume(by="anna", now=at(NOON + 50))
    go_on(symbol, NOON + 50, NOON + 115)

    assert_the_same()

    assert set(Signal.objects.values_list("status", flat=True)) >= {"blocked", "closed"}


def test_a_daily_loss_that_trips_its_guard():
    symbol = begun_day()
    report_daily_loss(Decimal("100000"), by="anna", now=at(NOON))
    go_on(symbol, NOON, NOON + 100)

    assert_the_same()

    assert any("daily_loss" in s.blocked_by for s in Signal.objects.all())


@pytest.mark.parametrize(
    "values",
    [
        {"sl_value": Decimal("2.00")},
        {"parameters": {"fast": 8, "slow": 20}},
        {"min_confidence": 0.9},
        {"mode": "shadow"},
        {"expiry_bars": 10},
        {"timeframe": Timeframe.M5},
    ],
    ids=str,
)
def test_a_config_changed_in_the_day(values):
    symbol = begun_day()
    change_config(NOON, **values)
    go_on(symbol, NOON, NOON + 100)

    assert_the_same()


def test_a_config_switched_off_and_on():
    symbol = begun_day()
    config = StrategyConfig.objects.get()
    set_enabled(config, False, by="anna", now=at(NOON))
    go_on(symbol, NOON, NOON + 60)
    set_enabled(config, True, by="anna", now=at(NOON + 60))
    go_on(symbol, NOON + 60, NOON + 115)

    assert_the_same()


def test_risk_settings_changed():
    symbol = begun_day()
    settings = RiskSettings.objects.get()
    settings.guards = {**settings.guards, "volatility": {"max_atr_pct": 0.001}}
    save_settings(settings, by="anna", now=at(NOON))
    go_on(symbol, NOON, NOON + 100)

    assert_the_same()


@pytest.mark.parametrize(
    "values",
    [
        {"digits": 4},
        {"digits": 6},
        {"pip_size": Decimal("0.001")},
        {"typical_spread_pips": 5.0},
    ],
    ids=str,
)
def test_a_symbol_changed(values):
    symbol = begun_day()
    change_symbol(symbol, **values)
    go_on(symbol, NOON, NOON + 100)

    assert_the_same()


@pytest.mark.parametrize("looks", [True, False], ids=["watched", "not looked at"])
def test_a_feed_left_and_taken_up_again(looks):
    make_recipient(gets_results=True)
    symbol = make_desk()
    push(symbol, *range(325))
    look(325)
    change_symbol(symbol, feed="twelvedata")
    go_on(symbol, 325, 360, looks=looks)
    look(361)
    change_symbol(symbol, feed="push")
    go_on(symbol, 360, 430)

    assert_the_same()

    assert Position.objects.filter(reason="data_gap").exists()


def test_a_symbol_switched_off_and_on():
    symbol = begun_day()
    change_symbol(symbol, is_enabled=False)
    go_on(symbol, NOON, NOON + 30)
    change_symbol(symbol, is_enabled=True)
    go_on(symbol, NOON + 30, NOON + 100)

    assert_the_same()


def test_an_outage_and_the_catch_up_after_it():
    symbol = begun_day()
    push(symbol, *range(NOON, NOON + 115))
    look(NOON + 115)

    assert_the_same()
    assert Signal.objects.filter(late=True).exists()


def test_minutes_that_are_missing():
    symbol = begun_day()
    go_on(symbol, NOON + 20, NOON + 115)

    assert_the_same()


def test_another_longest_delay_of_messages(settings):
    symbol = begun_day()
    settings.MAX_SEND_DELAY_SECONDS = 30
    go_on(symbol, NOON, NOON + 80)

    assert_the_same()

    assert Signal.objects.filter(bar_time__gt=at(NOON), late=True).exists()


def test_a_push_by_hand_and_a_repeat():
    symbol = begun_day()
    message = Message.objects.filter(kind="signal").latest("pk")
    resend(message, by="anna", now=at(NOON))
    go_on(symbol, NOON, NOON + 100)

    assert_the_same()


def test_nobody_to_tell_and_then_somebody_who_sleeps():
    symbol = make_desk()
    push(symbol, *range(320))
    look(320)
    go_on(symbol, 320, NOON)
    sleeps = (START + timedelta(hours=5)).time(), at(NOON + 60).time()
    make_recipient(quiet_from=sleeps[0], quiet_until=sleeps[1])
    go_on(symbol, NOON, NOON + 80)

    assert_the_same()


@pytest.mark.parametrize(
    "timeframe", [Timeframe.M15, pytest.param(Timeframe.H1, marks=pytest.mark.long)]
)
def test_longer_bars_with_a_minute_missing_at_the_end_of_one(timeframe):
    """Caught up over days, then watched; the last minute of a bar never comes."""
    symbol, length = make_desk(timeframe=timeframe), timeframe.minutes
    first = START - timedelta(days=3 if length == 15 else 14)
    store_bars(symbol, "push", slow_wave(first, START, length), now=START)
    look(0)
    go_on(symbol, 0, 55)
    go_on(symbol, 60, 300)

    assert_the_same()

    assert Journal.objects.filter(first_bar__gte=START).exists()
