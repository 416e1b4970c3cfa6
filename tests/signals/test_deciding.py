"""What many tracks ask of the same strategy is one computation, and nobody suffers for another."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

import pytest
from structlog.testing import capture_logs

from markets.slim import SideBySide, SlimFrame
from signals.deciding import Question, decided_alone, decided_together
from strategies.ema_rsi import EmaRsi
from tests.strategies.frames import random_bars

MINUTE = timedelta(minutes=1)
ASKED: Counter[str] = Counter()


@dataclass(frozen=True, kw_only=True)
class Counting(EmaRsi):
    """Counts how it is asked."""

    def decisions(self, bars):
        ASKED["many" if isinstance(bars, SideBySide) else "one"] += 1
        return super().decisions(bars)


@dataclass(frozen=True, kw_only=True)
class Refusing(EmaRsi):
    """Fails on one symbol among others."""

    def decisions(self, bars):
        if bars["close"].to_numpy().max() > 100:
            raise ValueError("too high")
        return super().decisions(bars)


@dataclass(frozen=True, kw_only=True)
class Alone(EmaRsi):
    """Does not take many."""

    takes_many: ClassVar[bool] = False


def slim(seed, length=330, factor=1.0):
    bars = random_bars(length=length, seed=seed)
    times = bars.index.as_unit("s").asi8
    return SlimFrame({name: bars[name].to_numpy() * factor for name in bars}, times)


def questions(strategy, frames, start=300):
    return {n: Question(strategy, frame, start, n) for n, frame in enumerate(frames)}


def test_tracks_with_the_same_strategy_and_as_many_bars_are_asked_for_at_once():
    ASKED.clear()
    frames = [slim(1), slim(2), slim(3, length=331)]

    decided = decided_together(questions(Counting(), frames), bar_length=MINUTE)

    assert ASKED == {"many": 2}
    for n, frame in enumerate(frames):
        alone = decided_alone(Counting(), frame, 300, bar_length=MINUTE)
        assert list(decided[n].tape) == list(alone.tape) and decided[n].start == 300
        assert len(decided[n].tape) == len(frame) - 300


def test_one_that_fails_leaves_its_group_to_be_decided_one_by_one():
    frames = [slim(1), slim(2, factor=1000.0)]
    others = {9: Question(EmaRsi(), slim(3), 300, 9)}

    with capture_logs() as logged:
        decided = decided_together(questions(Refusing(), frames) | others, bar_length=MINUTE)

    assert list(decided) == [9]
    assert [(each["event"], each["tracks"]) for each in logged] == [("strategy.not_together", 2)]
    with pytest.raises(ValueError, match="too high"):
        decided_alone(Refusing(), frames[1], 300, bar_length=MINUTE)


def test_a_strategy_that_does_not_take_many_is_left_out():
    assert decided_together(questions(Alone(), [slim(1)]), bar_length=MINUTE) == {}
