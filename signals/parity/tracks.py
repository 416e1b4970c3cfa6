"""One track over one day: computed again, compared, and each difference given its cause."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from signals.models import Journal, Run, Signal, Track
from signals.parity.found import Cause, Found, What, apart_from
from signals.parity.ingredients import (
    Match,
    changed_bars,
    changed_code,
    changed_settings,
    late_minutes,
    match_journal,
    revised_minutes,
    saw_other_bars,
)
from signals.parity.messages import differing_messages, differing_results
from signals.parity.records import (
    differing_endings,
    differing_records,
    stored_signals,
    wrongly_late,
)
from signals.parity.untold import missing_results
from signals.replay import Minute, Replay, as_final, as_stored, load
from signals.replay.looks import looks_of

DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Looked:
    """What the look at one track came to."""

    track: Track
    bars: int = 0
    decisions: int = 0
    messages: int = 0
    found: list[Found] = field(default_factory=list)


def look_at(track: Track, start: datetime) -> Looked:
    """The day of `track` that begins at `start`, compared with itself computed again."""
    rows = _rows(track, start)
    if not rows:
        return Looked(track=track)
    first, last = _span(track, rows, start)
    stored = stored_signals(track, first, last)
    records = list(stored.values())
    messages: list[Found] = []
    if track.run.kind == Run.Kind.LIVE:
        messages = [
            *differing_messages(records),
            *differing_results(records),
            *missing_results(records),
            *wrongly_late(stored, rows),
        ]
    try:
        look = load(track, first, last)
        match = match_journal(look, rows, looks_of(look))
    except (KeyError, ValueError) as error:  # today's code does not know what decided then
        return Looked(track=track, found=[_cannot(rows, error), *changed_code(rows)])
    found = _differences(look, match, rows, stored)
    return Looked(
        track=track,
        bars=len(match.minutes),
        decisions=len(records) + sum(len(each.ended) for each in match.minutes),
        messages=len(records) if track.run.kind == Run.Kind.LIVE else 0,
        found=[*found, *messages],
    )


def _differences(
    look: Replay, match: Match, rows: Sequence[Journal], stored: dict[datetime, Signal]
) -> list[Found]:
    """Changed ingredients first, then everything that comes out otherwise, by its cause."""
    late = list(late_minutes(look, match.view))
    revised = [*revised_minutes(look), *changed_bars(match.broken)]
    changed = [*changed_settings(rows), *changed_code(rows)]
    seen = list(_compared(look.track, match.minutes, stored))
    explained = [_explained(each, rows, match, stored) for each in seen]
    later = list(_by_bars(look, match, stored))
    return [*late, *revised, *changed, *explained, *apart_from(later, seen)]


def _compared(
    track: Track, minutes: Sequence[Minute], stored: dict[datetime, Signal]
) -> Iterator[Found]:
    yield from differing_records(minutes, stored)
    yield from differing_endings(track, minutes)


def _explained(
    found: Found, rows: Sequence[Journal], match: Match, stored: dict[datetime, Signal]
) -> Found:
    """What differs although the bars are read as they were: settings, bars or code changed."""
    before = [row for row in rows if row.first_bar <= found.at] or list(rows[:1])
    if list(changed_settings(before)):
        return replace(found, cause=Cause.CONFIG, detail="the version's settings were changed")
    if match.broken and match.broken[0].first_bar <= found.at:
        return replace(found, cause=Cause.REVISED_BAR, detail="stored bars were changed")
    if list(changed_code(before)):
        return replace(found, cause=Cause.CODE, detail="other code decided then")
    if saw_other_bars(found, match, stored):
        what = "stored bars that were looked back on, of the day or before it, were changed"
        return replace(found, cause=Cause.REVISED_BAR, detail=what)
    return replace(found, detail="the same bars, settings and code decide otherwise")


def _by_bars(look: Replay, match: Match, stored: dict[datetime, Signal]) -> Iterator[Found]:
    """What late and revised minutes would have changed, had they been there in time."""
    by_late: list[Found] = []
    if match.view.late:
        minutes = list(look.minutes(as_stored(look.past)))
        by_late = list(_compared(look.track, minutes, stored))
        yield from _caused(by_late, Cause.LATE_BAR, "with the late minutes in time")
    if len(look.past.revisions):
        minutes = list(look.minutes(as_final(look.past)))
        by_revised = apart_from(_compared(look.track, minutes, stored), by_late)
        yield from _caused(by_revised, Cause.REVISED_BAR, "with the values sent later")


def _caused(found: Iterable[Found], cause: Cause, detail: str) -> Iterator[Found]:
    for each in found:
        yield replace(each, cause=cause, detail=detail)


def _cannot(rows: Sequence[Journal], error: Exception) -> Found:
    words = f"today's code cannot run it: {error}"
    return Found(at=rows[0].first_bar, what=What.CODE, cause=Cause.CODE, now=words)


def _rows(track: Track, start: datetime) -> list[Journal]:
    rows = track.journal.filter(hour__gte=start, hour__lt=start + DAY).order_by("first_bar")
    return list(rows.select_related("config_version__config__symbol", "risk_version"))


def _span(track: Track, rows: Sequence[Journal], start: datetime) -> tuple[datetime, datetime]:
    """The bars of the day the track was moved over: all of it, but for its first and last day."""
    earlier = track.journal.filter(hour__lt=start).exists()
    later = track.journal.filter(hour__gte=start + DAY).exists()
    first = start if earlier else rows[0].first_bar
    return first, start + DAY - timedelta(minutes=1) if later else rows[-1].last_bar
