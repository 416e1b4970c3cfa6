"""What the newest bar looked like to each config, kept for the pages."""

from datetime import timedelta

import pytest

from signals.engine import tick
from signals.models import Signal, Track
from signals.readings import reading_of
from tests.signals.desk import START, first_signal, make_desk, pushed

pytestmark = pytest.mark.django_db


def test_a_track_keeps_the_reading_of_its_newest_bar():
    symbol = make_desk()

    tick(now=pushed(symbol, 560))

    reading = reading_of(Track.objects.get().reading)
    assert reading is not None
    assert reading.closed_at == START + timedelta(minutes=560)
    assert reading.is_ready
    assert set(reading.now) == {"close", "atr", "ema_fast", "ema_slow", "rsi"}
    assert reading.candidate is not None
    assert reading.candidate.at == reading.closed_at


def test_a_feed_with_too_few_bars_says_how_many_there_are():
    symbol = make_desk()

    tick(now=pushed(symbol, 120))

    reading = reading_of(Track.objects.get().reading)
    assert reading is not None
    assert (reading.bars, reading.warmup, reading.is_ready) == (119, 300, False)


def test_a_track_without_a_bar_has_no_reading():
    make_desk()

    assert reading_of(Track().reading) is None


def test_a_reading_kept_by_another_release_counts_as_none_until_the_next_bar():
    assert reading_of({"closed_at": "2026-03-02T10:00:00+00:00", "atr": 0.0002}) is None


def test_the_rules_of_a_signal_can_be_told_from_what_is_stored_with_it():
    signal = first_signal(make_desk())

    seen = signal.evidence
    rules = signal.config_version.build().rules(seen["indicators"], seen["before"])

    assert all(rule.holds for rule in rules[signal.action])
    assert Signal.objects.count() == 1
