"""Why one bar comes out otherwise than it was recorded: the causes the nightly look knows."""

from collections.abc import Iterator

from signals.models import Signal
from signals.parity.found import Cause, Found, What
from signals.parity.ingredients import changed_code, changed_settings
from signals.parity.records import differing_records
from signals.replay import Minute, Replay, known_by
from signals.replay.looks import looks_of

NAMED = 5  # late minutes


def why_otherwise(look: Replay, minute: Minute, signal: Signal | None) -> list[Found]:
    """Every cause that can be shown for `minute` of `look`; none where nothing tells."""
    at = minute.bar.time
    rows = [row for row in minute.segment.rows if row.first_bar <= at <= row.last_bar]
    changed = [*changed_settings(rows), *changed_code(rows)]
    return [*_late(look, minute, signal), *_bars(minute, signal), *changed]


def _late(look: Replay, minute: Minute, signal: Signal | None) -> Iterator[Found]:
    """Minutes that count now and did not then, if without them it comes out as recorded."""
    view = known_by(look.past, looks_of(look), minute.segment.version.timeframe)
    at = minute.bar.time
    then = [each for each in look.minutes(view) if each.bar.time == at] if view.late else []
    if then and not list(differing_records(then, {at: signal} if signal else {})):
        times = ", ".join(f"{late:%H:%M}" for late in view.late[:NAMED])
        detail = f"{times} UTC came after it had been decided, and count now"
        yield Found(at=at, what=What.BARS, cause=Cause.LATE_BAR, detail=detail)


def _bars(minute: Minute, signal: Signal | None) -> Iterator[Found]:
    kept = signal.evidence.get("bars") if signal else None
    if kept and kept != minute.evidence(code="", settings="")["bars"]:
        detail = "the bars stored now are not those it saw"
        yield Found(at=minute.bar.time, what=What.BARS, cause=Cause.REVISED_BAR, detail=detail)
