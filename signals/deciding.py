"""New bars and what a strategy says of them: of one track, or of many side by side.

What many symbols ask of the same strategy over as many bars is one computation over columns
(symbols, bars), each row as if it were alone, to the last bit.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import pandas as pd
import structlog

from markets.slim import SideBySide, SlimFrame
from risk.states import Bar, Decision
from risk.tape import bars_from, decisions_of_many, tape
from strategies.base import Strategy

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Decided:
    """The strategy's warm-up and the new bars, and what is decided about the new ones."""

    bars: pd.DataFrame
    decisions: pd.DataFrame
    start: int  # row of the first new bar
    tape: Sequence[tuple[Bar, Decision]]  # from there on


@dataclass(frozen=True, slots=True)
class Question:
    """What one track asks; `place`: where its new bars begin, the same place for the same bars."""

    strategy: Strategy
    bars: pd.DataFrame
    start: int
    place: Hashable


def decided_alone(
    strategy: Strategy, bars: pd.DataFrame, start: int, *, bar_length: timedelta
) -> Decided:
    """What `strategy` says of the bars from row `start` on."""
    decisions = strategy.decisions(bars)
    told = tape(bars, decisions, bar_length=bar_length, start=start)
    return Decided(bars, decisions, start, list(told))


def decided_together(asked: Mapping[int, Question], *, bar_length: timedelta) -> dict[int, Decided]:
    """The same of many tracks, by id; those that cannot be decided together are left out."""
    groups: dict[Hashable, dict[int, Question]] = defaultdict(dict)
    for track, each in asked.items():
        if each.strategy.takes_many:
            groups[each.strategy, len(each.bars), each.start][track] = each
    told: dict[Hashable, list[Bar]] = {}  # the strategies of a symbol read the same bars
    found: dict[int, Decided] = {}
    for group in groups.values():
        try:
            found |= _decided(group, told, bar_length)
        except Exception as error:  # each is decided alone then, and tells its own error
            asker = next(iter(group.values())).strategy.slug
            log.warning("strategy.not_together", strategy=asker, tracks=len(group), exc_info=error)
    return found


def _decided(
    group: Mapping[int, Question], told: dict[Hashable, list[Bar]], bar_length: timedelta
) -> dict[int, Decided]:
    """Of tracks that ask the same strategy about as many bars."""
    first = next(iter(group.values()))
    frames = SideBySide([cast(SlimFrame, each.bars) for each in group.values()])
    together = first.strategy.decisions(cast(pd.DataFrame, frames))
    apart = cast(list[pd.DataFrame], frames.apart(cast(SlimFrame, together)))
    said = decisions_of_many(together, start=first.start)
    found = {}
    for (track, each), own, decisions in zip(group.items(), apart, said, strict=True):
        if each.place not in told:
            told[each.place] = bars_from(each.bars, bar_length=bar_length, start=each.start)
        found[track] = Decided(each.bars, own, each.start, _tape(told[each.place], decisions))
    return found


def _tape(bars: Iterable[Bar], decisions: Iterable[Decision]) -> list[tuple[Bar, Decision]]:
    return list(zip(bars, decisions, strict=True))
