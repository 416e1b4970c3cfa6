"""What may have made a bar come out otherwise than it was recorded, each shown by what is kept."""

from collections.abc import Iterator

from dashboard.why.computing import facts_of
from dashboard.why.verdict import facts_stored
from signals.deciding_code import running_code
from signals.journal import settings_hash
from signals.models import Signal, Tick
from signals.replay import Minute, Replay, known_by


def causes(replay: Replay, minute: Minute, signal: Signal | None) -> tuple[str, ...]:
    """Every cause that can be shown; none where nothing tells."""
    found = [*_late(replay, minute, signal), *_bars(minute, signal), *_changed(minute)]
    return tuple(found)


def _late(replay: Replay, minute: Minute, signal: Signal | None) -> Iterator[str]:
    """Minutes that count now and did not then, if without them it comes out as recorded."""
    ticks = list(Tick.objects.order_by("slot").values_list("at", flat=True))
    view = known_by(replay.past, ticks, minute.segment.version.timeframe)
    if not view.late:
        return
    then = [each for each in replay.minutes(view) if each.bar.time == minute.bar.time]
    stored = facts_stored(signal) if signal else None
    if then and facts_of(then[0]) == stored:
        times = ", ".join(f"{at:%H:%M}" for at in view.late[:5])
        yield f"Late bars: {times} UTC came after it had been decided, and count now."


def _bars(minute: Minute, signal: Signal | None) -> Iterator[str]:
    kept = signal.evidence.get("bars") if signal else None
    seen = minute.evidence(code="", settings="")["bars"]
    if kept and kept != seen:
        yield "Bars: those stored now are not those it saw."


def _changed(minute: Minute) -> Iterator[str]:
    part = minute.segment
    for row in part.rows:
        if row.first_bar <= minute.bar.time <= row.last_bar:
            if row.settings_hash != settings_hash(part.version, part.risk_version, row.terms):
                yield "Settings: those stored now are not those it was decided with."
            if row.code_hash != running_code(part.version.snapshot["strategy"]):
                yield "Code: the code that decides has changed since."
