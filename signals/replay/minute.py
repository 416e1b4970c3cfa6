"""One bar of a track, computed again."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from risk.entries import candidate_at
from risk.guards.base import Book, Candidate
from risk.states import Bar, Closed, Decision, Happening, Side, Signalled, State
from risk.walking import Rules, step
from signals.evidence import evidence_at
from signals.readings import reading_json
from signals.replay.segments import Segment


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One bar and the frames it was decided in."""

    bar: Bar
    decision: Decision  # the strategy's columns
    segment: Segment
    rules: Rules
    warmup: int
    row: int  # of the bar in the two frames
    bars: pd.DataFrame = field(repr=False)
    decisions: pd.DataFrame = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Minute:
    """One bar with what was held before and after it, and what happened on it, in order."""

    seen: Seen
    before: State
    after: State
    happened: Sequence[Happening]
    book: Book  # the recorded one where something was recorded, else calm

    @property
    def bar(self) -> Bar:
        return self.seen.bar

    @property
    def segment(self) -> Segment:
        """The versions it was decided with."""
        return self.seen.segment

    @property
    def signalled(self) -> Signalled | None:
        """The record made on this bar, if one was."""
        return next((made for made in self.happened if isinstance(made, Signalled)), None)

    @property
    def ended(self) -> list[Closed]:
        """The positions that ended on this bar."""
        return [made for made in self.happened if isinstance(made, Closed)]

    @property
    def candidate(self) -> Candidate | None:
        """What the guards are asked about its entry, or about a BUY where it has none."""
        seen = self.seen
        side: Side = "SELL" if seen.decision.sell and not seen.decision.buy else "BUY"
        return candidate_at(side, seen.bar, seen.decision, seen.rules.terms, self.after.hole)

    def reading(self) -> dict[str, Any]:
        """The bar as a track keeps its newest; `signals.readings.reading_of` reads it."""
        seen = self.seen
        return reading_json(
            seen.row,
            seen.bars,
            seen.decisions,
            closed_at=seen.bar.close_time,
            warmup=seen.warmup,
            candidate=self.candidate,
        )

    def evidence(self, *, code: str, settings: str) -> dict[str, Any]:
        """What a decision on this bar saw, as `signals.evidence` keeps it."""
        seen = self.seen
        return evidence_at(
            seen.row,
            seen.bars,
            seen.decisions,
            warmup=seen.warmup,
            code=code,
            settings=settings,
        )


def minute(seen: Seen, before: State, book: Book) -> Minute:
    """The bar folded into what was held before it."""
    after, happened = step(before, seen.bar, seen.decision, rules=seen.rules, book=book)
    return Minute(seen=seen, before=before, after=after, happened=happened, book=book)
