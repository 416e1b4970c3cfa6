"""One signal computed again: each thing it says and saw, stored beside recomputed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isclose
from typing import Any

from signals.deciding_code import running_code
from signals.evidence import with_readings
from signals.journal import settings_hash
from signals.models import Difference, Position, Run, Signal, Tick, Track
from signals.parity.records import closed_words, computed_words, decision_words, ending_words
from signals.replay.core import Replay, load
from signals.replay.minute import Minute
from signals.replay.views import as_stored, in_order, known_by
from signals.wording import position_of

TOLERANCE = 1e-6  # of indicators, relative: their memory begins where a window began
NOT_KEPT = "not kept"
BARS = "bars sha256"


class CannotReplay(Exception):
    """There is not enough left to compute a signal again; the text says what is missing."""


@dataclass(frozen=True)
class Line:
    """One thing, as it was stored and as it comes out now; `is_equal` None: nothing to compare."""

    name: str
    stored: str
    computed: str
    is_equal: bool | None


@dataclass(frozen=True)
class Comparison:
    """A signal beside itself computed again."""

    signal: Signal
    lines: tuple[Line, ...]

    @property
    def is_equal(self) -> bool:
        return all(line.is_equal is not False for line in self.lines)

    @property
    def cause(self) -> str:
        """What explains the difference, in words; empty without one."""
        differing = {line.name for line in self.lines if line.is_equal is False}
        for name, cause in CAUSES.items():
            if name in differing:
                return str(cause.label)
        return str(Difference.Cause.UNKNOWN.label) if differing else ""


CAUSES = {
    BARS: Difference.Cause.REVISED_BAR,
    "settings": Difference.Cause.CONFIG,
    "code": Difference.Cause.CODE,
}


def replay_signal(signal: Signal) -> Comparison:
    """`signal` beside itself computed again from the stored bars, and its ending if it ended.

    CannotReplay where the bars are gone or today's code does not know its strategy.
    """
    minutes = _minutes(signal)
    minute = minutes[0]
    lines = [*_said(signal, minute), *_saw(signal, minute), *_ended(signal, minutes)]
    return Comparison(signal, tuple(lines))


def _minutes(signal: Signal) -> list[Minute]:
    """Its bar and those to its end, from the bars as they were known, if they can be told."""
    track = _track(signal)
    position = position_of(signal)
    until = _end(track, signal, position)
    try:
        look = load(track, signal.bar_time, until)
        return _seen(look, signal)
    except (KeyError, ValueError) as error:
        raise CannotReplay(f"Today's code cannot run it: {error}.") from error


def _track(signal: Signal) -> Track:
    tracks = Track.objects.select_related("run", "config__symbol")
    found = tracks.filter(run=signal.run_id, config=signal.config_id, feed=signal.feed).first()
    if found is None:
        raise CannotReplay("Nothing is known of the bars it was decided on.")
    return found


def _end(track: Track, signal: Signal, position: Position | None) -> datetime:
    """The last bar that may have ended it."""
    closed_at = position.closed_at if position else signal.bar_time
    return closed_at or track.last_bar or signal.bar_time


def _seen(look: Replay, signal: Signal) -> list[Minute]:
    """The replay whose bars hash as the signal's did; as stored where none does."""
    kept = signal.evidence.get("bars", {}).get("sha256")
    timeframe = look.parts[-1].version.timeframe if look.parts else None
    views = [as_stored(look.past)]
    if timeframe is not None:
        views += [known_by(look.past, _ticks(look), timeframe), in_order(look.past, timeframe)]
    replays = []
    for view in views:
        minutes = list(look.minutes(view))
        if not minutes or minutes[0].bar.time != signal.bar_time:
            continue
        replays.append(minutes)
        if kept is None or minutes[0].evidence(code="", settings="")["bars"]["sha256"] == kept:
            return minutes
    if not replays:
        raise CannotReplay("The candle it was decided on is gone.")
    _require_history(replays[0][0], signal)
    return replays[0]


def _require_history(minute: Minute, signal: Signal) -> None:
    kept = signal.evidence["bars"]["count"]
    left = minute.evidence(code="", settings="")["bars"]["count"]
    if left < kept:
        raise CannotReplay(f"It saw {kept} candles, of which {left} are left.")


def _ticks(look: Replay) -> list[datetime]:
    if look.track.run.kind != Run.Kind.LIVE or not len(look.past.observed):
        return []
    begin = datetime.fromtimestamp(float(look.past.observed.min()), look.first.tzinfo)
    soon = look.last + timedelta(days=1)
    ticks = Tick.objects.filter(at__range=(begin, soon)).order_by("at")
    return list(ticks.values_list("at", flat=True))


def _said(signal: Signal, minute: Minute) -> Iterator[Line]:
    was, now = decision_words(signal), computed_words(minute)
    yield Line("decision", was, now, was == now)
    made = minute.signalled
    refused = [(no.guard, no.reason) for no in made.refusals] if made else []
    stored = [(no["guard"], no["reason"]) for no in signal.refusals]
    yield Line("verdict", _verdict(stored), _verdict(refused), stored == refused)


def _verdict(refusals: list[tuple[str, str]]) -> str:
    reasons = "; ".join(f"{guard}: {reason}" for guard, reason in refusals)
    return f"blocked, {reasons}" if reasons else "let through"


def _saw(signal: Signal, minute: Minute) -> Iterator[Line]:
    """Every value of its evidence; the desk's book is taken as it was recorded."""
    part = minute.segment
    settings = settings_hash(part.version, part.risk_version, part.terms) if part.terms else ""
    now = minute.evidence(code=running_code(signal.strategy), settings=settings)
    if minute.signalled:
        now = with_readings(now, minute.signalled, minute.book)
    stored, computed = dict(_flat(signal.evidence)), dict(_flat(now))
    for name in sorted({*stored, *computed}, key=lambda name: (name not in CAUSES, name)):
        was = stored.get(name, NOT_KEPT)
        shown = computed.get(name, NOT_KEPT)
        yield Line(name, _text(was), _text(shown), None if was == NOT_KEPT else _same(was, shown))


def _flat(values: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in values.items():
        if isinstance(value, Mapping):
            yield from _flat(value, f"{before}{name} ")
        else:
            yield f"{before}{name}", value


def _same(was: Any, now: Any) -> bool:
    if isinstance(was, float) and isinstance(now, int | float):
        return isclose(was, now, rel_tol=TOLERANCE, abs_tol=1e-12)
    return bool(was == now)


def _text(value: Any) -> str:
    return "-" if value is None else f"{value}"[:60]


def _ended(signal: Signal, minutes: list[Minute]) -> Iterator[Line]:
    position = position_of(signal)
    if position is None or position.closed_at is None:
        return
    ends = (end for each in minutes for end in each.ended)
    end = next((end for end in ends if end.position.bar_time == signal.bar_time), None)
    was, now = ending_words(position), closed_words(end, signal) if end else "still held"
    yield Line("ending", was, now, was == now)
