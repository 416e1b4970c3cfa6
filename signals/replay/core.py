"""The live fold once more, over a stretch of the past: same steps, same versions, same readings."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pandas as pd

from markets.past import Past, past_minutes
from risk.guards.base import Book
from risk.states import Hole, Position, State
from risk.tape import tape
from signals.models import Signal, Track
from signals.replay.beginning import Beginning, abandoned, beginning_of, newest_hole
from signals.replay.minute import Minute, Seen, minute
from signals.replay.segments import Segment, segments
from signals.replay.views import View, as_stored

MINUTE = timedelta(minutes=1)
MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Replay:
    """What a replay is made from: loaded once, walked over any view of the bars."""

    track: Track
    first: datetime
    last: datetime
    past: Past
    parts: list[Segment]
    beginning: Beginning
    hole: Hole | None  # as the journal last knew it before the begin
    books: Mapping[datetime, Book]  # bar -> what the guards read beside the bars
    left: Mapping[datetime, datetime]  # bar of an entry -> last look before its feed was left

    def minutes(self, view: View | None = None) -> Iterator[Minute]:
        """Each bar in [first, last], oldest first, as `view` has the bars; None: as stored."""
        state: State | None = None
        for seen in self._seen(view or as_stored(self.past)):
            held = self._state_before(seen) if state is None else state
            made = minute(seen, self._without_left(held, seen.bar.close_time), self._book(seen))
            state = made.after
            if made.bar.time >= self.first:
                yield made

    def _seen(self, view: View) -> Iterator[Seen]:
        """The bars after the begin, each in the frame and by the versions that decided on it."""
        begin = self.first if self.beginning.after is None else self.beginning.after + MOMENT
        ends = [part.first for part in self.parts[1:]]
        for part, end in zip(self.parts, [*ends, self.last + MOMENT], strict=True):
            yield from _part(self.track, part, view, max(begin, part.first), end)

    def _state_before(self, seen: Seen) -> State:
        """What was held before the first bar walked over."""
        times = pd.DatetimeIndex(seen.bars.index)[: seen.row]
        known = times[times.searchsorted(pd.Timestamp(self.track.starts_after), side="right") :]
        last_bar = known[-1].to_pydatetime() if len(known) else None
        found = newest_hole(known, seen.rules.terms)
        held, leaving = self.beginning.held, self.beginning.leaving
        return State(held=held, leaving=leaving, last_bar=last_bar, hole=found or self.hole)

    def _without_left(self, state: State, closed_at: datetime) -> State:
        """Without what was given up with its feed before this bar was evaluated."""

        def still(position: Position | None) -> Position | None:
            gone = position and self.left.get(position.bar_time)
            return None if gone and gone < closed_at else position

        return replace(state, held=still(state.held), leaving=still(state.leaving))

    def _book(self, seen: Seen) -> Book:
        unit = seen.segment.risk_version.loss_unit
        return self.books.get(seen.bar.time) or Book(loss_unit=unit)


def load(track: Track, first: datetime, last: datetime) -> Replay:
    """All that is stored about the bars of a track that open in [first, last]."""
    beginning = beginning_of(track, first)
    begin = beginning.after or first
    parts = segments(track, begin, last)
    return Replay(
        track=track,
        first=first,
        last=last,
        past=_past(track, parts, begin, last),
        parts=parts,
        beginning=beginning,
        hole=_hole_before(track, begin),
        books=_books(track, begin, last),
        left=abandoned(track, begin),
    )


def replay(
    track: Track, first: datetime, last: datetime, *, view: View | None = None
) -> list[Minute]:
    """Each bar of a track that opens in [first, last], computed again from the stored bars."""
    return list(load(track, first, last).minutes(view))


def _part(
    track: Track, part: Segment, view: View, begin: datetime, end: datetime
) -> Iterator[Seen]:
    """The bars of one segment that open in [begin, end)."""
    strategy = part.version.build()
    rules = part.rules(track, strategy)
    for bars, rows in view.frames(part.version.timeframe):
        start, stop = (int(bars.index.searchsorted(pd.Timestamp(at))) for at in (begin, end))
        start, stop = max(start, rows.start), min(stop, rows.stop)
        if start >= stop:
            continue
        window = bars.iloc[max(0, start - strategy.warmup) : stop]
        decisions = strategy.decisions(window)
        offset = len(window) - (stop - start)
        told = tape(window, decisions, bar_length=rules.terms.bar_length, start=offset)
        for row, (bar, decision) in enumerate(told, offset):
            yield Seen(
                bar=bar,
                decision=decision,
                segment=part,
                rules=rules,
                warmup=strategy.warmup,
                row=row,
                bars=window,
                decisions=decisions,
            )


def _past(track: Track, parts: list[Segment], begin: datetime, last: datetime) -> Past:
    """The minutes of every bar asked for, and those its strategies need before."""
    lengths = [part.version.timeframe.minutes for part in parts] or [1]
    before = [
        (part.version.build().warmup + 1) * length
        for part, length in zip(parts, lengths, strict=False)
    ]
    return past_minutes(
        track.config.symbol,
        feed=track.feed,
        first=begin,
        last=last + (max(lengths) - 1) * MINUTE,
        before=max(before, default=0),
    )


def _hole_before(track: Track, begin: datetime) -> Hole | None:
    row = track.journal.filter(last_bar__lt=begin).order_by("-first_bar").first()
    return Hole(row.hole_ended_at, row.hole_minutes) if row and row.hole_ended_at else None


def _books(track: Track, begin: datetime, last: datetime) -> dict[datetime, Book]:
    """What the guards read on each bar with a record."""
    kept = Signal.objects.filter(
        run=track.run_id, config=track.config_id, feed=track.feed, bar_time__range=(begin, last)
    ).values_list("bar_time", "evidence__book")
    return {at: Book(**book) for at, book in kept if book}
