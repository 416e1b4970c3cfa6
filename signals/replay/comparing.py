"""A signal beside itself computed again, thing by thing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import isclose
from typing import Any

from risk.deciding_code import running_code
from signals.evidence import with_readings
from signals.journal import settings_hash
from signals.models import Difference, Signal
from signals.parity.records import closed_words, computed_words, decision_words, ending_words
from signals.replay.beginning import was_left
from signals.replay.minute import Minute
from signals.wording import position_of

TOLERANCE = 1e-6  # of indicators, relative: their memory begins where a window began
NOT_KEPT = "not kept"
BARS = "bars sha256"


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


def said(signal: Signal, minute: Minute) -> Iterator[Line]:
    was, now = decision_words(signal), computed_words(minute)
    yield Line("decision", was, now, was == now)
    made = minute.signalled
    refused = [(no.guard, no.reason) for no in made.refusals] if made else []
    stored = [(no["guard"], no["reason"]) for no in signal.refusals]
    yield Line("verdict", _verdict(stored), _verdict(refused), stored == refused)


def _verdict(refusals: list[tuple[str, str]]) -> str:
    reasons = "; ".join(f"{guard}: {reason}" for guard, reason in refusals)
    return f"blocked, {reasons}" if reasons else "let through"


def saw(signal: Signal, minute: Minute) -> Iterator[Line]:
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


def ended(signal: Signal, minutes: list[Minute]) -> Iterator[Line]:
    position = position_of(signal)
    if position is None or position.closed_at is None:
        return
    if was_left(position):
        yield Line("ending", ending_words(position), "its feed was left", None)
        return
    ends = (end for each in minutes for end in each.ended)
    end = next((end for end in ends if end.position.bar_time == signal.bar_time), None)
    was, now = ending_words(position), closed_words(end, signal) if end else "still held"
    yield Line("ending", was, now, was == now)
