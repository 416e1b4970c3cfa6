"""Why, or why not, at any minute: computed again, beside what was recorded."""

from datetime import timedelta
from decimal import Decimal

import pytest

from dashboard.why.answers import answers
from dashboard.why.asking import Asked
from delivery.pauses import pause
from markets.models import Candle, RejectedBar
from signals.engine import tick
from signals.models import Position, Run, Signal
from strategies.versions import set_enabled
from tests.builders import NOON, make_candles, make_config, make_symbol
from tests.signals.desk import START, first_signal, make_desk, pushed, tick_each_minute, wave

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=2)


def why(symbol, at, *, run=None, now=LATER):
    """The answer of the only config."""
    run = run or Run.objects.filter(kind="live").first()
    (found,) = answers(Asked(symbol=symbol, at=at, run=run), now=now)
    return found


@pytest.fixture
def symbol():
    return make_desk()


@pytest.fixture
def signal(symbol):
    """The first thing the wave makes the desk record: a SELL."""
    return first_signal(symbol)


def test_a_minute_with_a_signal_comes_out_as_it_was_recorded(symbol, signal):
    found = why(symbol, signal.bar_closed_at)

    assert (found.verdict.kind, found.record.signal) == ("SELL", signal.pk)
    assert found.reason.text == "All its rules for SELL hold, and no guard refuses."
    assert found.record.agrees
    assert found.record.text == (
        f"SELL {signal.price_text}, SL {signal.level_text(signal.sl)}, "
        f"TP {signal.level_text(signal.tp)}, confidence {signal.confidence:.2f}"
    )


def test_the_minute_after_names_what_is_held_since_when(symbol, signal):
    tick(now=pushed(symbol, Candle.objects.count() + 1))

    found = why(symbol, signal.bar_closed_at + timedelta(minutes=1))

    assert (found.verdict.kind, found.reason.text) == ("none", "Holds a SELL, open for")
    assert found.reason.until - found.reason.since == timedelta(minutes=1)
    assert (found.reason.signal, found.record.signal) == (signal.pk, None)
    assert found.record.agrees


def test_a_minute_without_an_entry_says_what_is_missing(symbol, signal):
    found = why(symbol, signal.bar_closed_at - timedelta(minutes=9))

    assert found.reason.text.startswith("No entry. Missing for ")
    assert found.record.text == "Nothing is recorded for this bar."
    assert found.record.agrees


def test_too_few_bars_say_so(symbol):
    tick(now=pushed(symbol, 200))

    found = why(symbol, START + timedelta(minutes=150))

    assert found.reason.text == "Warming up: needs 300 bars, has 149."
    assert found.found.sides == ()


def test_what_the_kill_switch_stopped_is_blocked_by_it(symbol):
    pause(reason="News", by="sam", now=NOON - timedelta(hours=9))
    signal = first_signal(symbol)

    found = why(symbol, signal.bar_closed_at)

    assert (found.verdict.kind, found.verdict.look.word) == ("blocked", "SELL blocked")
    assert found.reason.text == "SELL refused: the kill switch is on: News."
    assert found.record.agrees


def test_a_config_switched_off_says_so(symbol, signal):
    set_enabled(signal.config, False, by="sam", now=NOON)
    Position.objects.all().delete()
    tick_each_minute(symbol, Candle.objects.count() + 1, Candle.objects.count() + 1)

    assert why(symbol, signal.bar_closed_at + timedelta(minutes=1)).reason.text == (
        "Switched off then: it opened nothing new."
    )


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (LATER + timedelta(minutes=1), "This bar has not closed yet."),
        (NOON + timedelta(hours=1), "No bar is stored for this time: the feed brought none."),
        (NOON - timedelta(days=3, hours=18), "Its decisions begin with the bars after 2026-11-17 "),
    ],
)
def test_a_minute_without_a_decision_says_why(symbol, signal, at, words):
    found = why(symbol, at)

    assert found.reason.text.startswith(words)
    assert (found.verdict.kind, found.record.agrees) == ("unknown", None)


def test_a_weekend_is_a_closed_market(symbol, signal):
    assert why(symbol, NOON + timedelta(days=3), now=NOON + timedelta(days=9)).reason.text == (
        "The market is closed."
    )


def test_a_bar_that_was_refused_says_why(symbol, signal):
    missing = NOON + timedelta(hours=1)
    facts = {"reason": "low above high", "raw": {}, "digest": "1", "observed_at": NOON}
    RejectedBar.objects.create(symbol=symbol, feed="push", time=missing, **facts)

    assert why(symbol, missing + timedelta(minutes=1)).reason.text == (
        "A bar came for this minute and was refused: low above high"
    )


def test_a_stored_bar_after_the_last_look_waits_for_the_next(symbol, signal):
    closed_at = pushed(symbol, Candle.objects.count() + 1)

    assert why(symbol, closed_at).reason.text == "Not evaluated yet: the next tick reads it."


def test_candles_that_are_gone_are_said_and_what_was_recorded_is_shown(symbol, signal):
    Candle.objects.filter(time__lte=signal.bar_time).delete()
    make_candles(symbol, start=signal.bar_closed_at, closes=[1.1])

    found = why(symbol, signal.bar_closed_at)

    assert found.reason.text.startswith("Candles before ")
    assert (found.record.signal, found.record.agrees) == (signal.pk, None)


def test_a_bar_that_came_late_was_never_decided(symbol, signal):
    end = START + timedelta(minutes=Candle.objects.count())
    make_candles(symbol, start=end + timedelta(minutes=1), closes=[1.1])
    tick(now=end + timedelta(minutes=2, seconds=3))
    (late,) = make_candles(symbol, start=end, closes=[1.1])
    Candle.objects.filter(pk=late.pk).update(observed_at=end + timedelta(minutes=5))

    assert "when later bars were decided already" in (
        why(symbol, end + timedelta(minutes=1)).reason.text
    )


def test_a_record_that_was_altered_is_said_loudly(symbol, signal):
    Signal.objects.filter(pk=signal.pk).update(tp=signal.tp - Decimal("0.001"))

    record = why(symbol, signal.bar_closed_at).record

    assert not record.agrees
    assert [line.what for line in record.unequal] == ["Take profit"]
    assert record.causes == ()


def test_a_record_that_is_gone_is_said_loudly(symbol, signal):
    Position.objects.all().delete()
    Signal.objects.all().delete()

    (line,) = why(symbol, signal.bar_closed_at).record.unequal

    assert (line.stored, line.computed[:4]) == ("nothing", "SELL")


def test_bars_that_were_altered_are_named_as_the_cause(symbol, signal):
    Candle.objects.filter(time=signal.bar_time).update(close=1.2, high=1.2)

    assert why(symbol, signal.bar_closed_at).record.causes == (
        "Revised bar: the bars stored now are not those it saw.",
    )


def test_of_longer_bars_the_one_that_closed_last_counts():
    symbol = make_symbol(feed="push")
    make_config(symbol, timeframe="M15")
    tick(now=pushed(symbol, 600))

    span = why(symbol, START + timedelta(hours=9, minutes=34)).span

    assert span.closed_at == START + timedelta(hours=9, minutes=30)
    assert span.opened_at == START + timedelta(hours=9, minutes=15)


def test_later_bars_change_no_answer(symbol, signal):
    at = signal.bar_closed_at
    before = why(symbol, at)

    closes = [price + 0.05 for price in wave(90)]
    make_candles(symbol, start=START + timedelta(minutes=Candle.objects.count()), closes=closes)

    assert why(symbol, at) == before
