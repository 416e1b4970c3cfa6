"""A stretch of a track computed again, from any bar on, is what was recorded then."""

import random
from datetime import datetime, timedelta

import pytest

from markets.frames import Timeframe
from signals.engine import tick
from signals.models import Position, Signal, Track
from signals.replay import replay
from strategies.registry import STRATEGIES
from tests.builders import make_candles, make_config, make_symbol
from tests.signals.test_parity import walk

pytestmark = pytest.mark.django_db

START = datetime.fromisoformat("2026-11-16T00:00:00+00:00")  # a Monday
MINUTE = timedelta(minutes=1)


def live_track(slug: str, *, minutes: int, timeframe: Timeframe = Timeframe.M1) -> Track:
    """A track that was moved over a walk at a changing pace, with a hole in the middle."""
    symbol = make_symbol(feed="push")
    make_config(symbol, slug, timeframe=timeframe)
    closes, chance, at = walk(minutes, seed=3), random.Random(5), 0
    while at < minutes:
        begun, at = at, min(at + chance.choice((1, 7, 60, 400)), minutes)
        shift = timedelta(minutes=30) if begun > 500 else timedelta(0)
        begins = START + timedelta(minutes=begun) + shift
        make_candles(symbol, start=begins, closes=closes[begun:at], ask_shift=0.00005)
        tick(now=START + timedelta(minutes=at, seconds=3) + shift)
    return Track.objects.select_related("run", "config__symbol").get()


def recorded(after: datetime) -> list[tuple]:
    rows = Signal.objects.filter(bar_time__gte=after).order_by("bar_time")
    return [(r.bar_time, r.action, r.price, r.sl, r.tp, r.blocked_by) for r in rows]


def ended(after: datetime) -> list[tuple]:
    """Positions that ended on bars from `after` on: the fold's own facts."""
    rows = Position.objects.filter(closed_at__gt=after).order_by("closed_at")
    return [
        (r.signal.bar_time, r.reason, r.closed_at, r.exit_price and float(r.exit_price))
        for r in rows
    ]


def computed(minutes) -> tuple[list, list]:
    made = [(m.bar.time, m.signalled) for m in minutes if m.signalled]
    signals = [
        (at, s.action, s.price, s.sl, s.tp, [no.guard for no in s.refusals]) for at, s in made
    ]
    ends = [
        (end.position.bar_time, end.reason, end.at, end.price)
        for minute in minutes
        for end in minute.ended
    ]
    return signals, ends


@pytest.mark.parametrize("timeframe", [Timeframe.M1, Timeframe.M5])
@pytest.mark.parametrize("slug", STRATEGIES)
def test_a_replay_from_any_bar_gives_what_was_recorded_from_there(slug, timeframe):
    length = 700 * timeframe.minutes
    track = live_track(slug, minutes=length, timeframe=timeframe)
    last = track.last_bar
    assert len(recorded(START)) >= 2

    for begin in (0, 331, 420, 555, 640):
        first = START + begin * timeframe.delta
        signals, ends = computed(replay(track, first, last))
        assert signals == recorded(first)
        assert ends == ended(first)


def test_the_last_minute_reads_as_the_track_keeps_it():
    track = live_track("ema_rsi", minutes=700)

    newest = replay(track, track.last_bar - 5 * MINUTE, track.last_bar)[-1]

    reading, kept = newest.reading(), track.reading
    ranges = (reading["candidate"].pop("atr_pct"), kept["candidate"].pop("atr_pct"))
    assert ranges[0] == pytest.approx(ranges[1], rel=1e-9)  # the window began elsewhere
    assert reading == kept
