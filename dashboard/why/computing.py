"""A bar of a track computed again, in the words of its answer."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.why.books_then import book_then
from dashboard.why.minutes import Prices, sides_of_bar
from dashboard.why.reasons import GuardLine, Reason, Side, guard_lines, sides_of
from dashboard.why.records import Stored, ending, held_then
from dashboard.why.telling import told
from dashboard.why.verdict import Facts, Unequal, Verdict, facts_made, verdict_of
from signals.models import Run
from signals.readings import Reading, reading_of
from signals.replay import Minute


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What comes out of a bar now; `unequal` are ends that were stored otherwise."""

    verdict: Verdict
    reason: Reason
    facts: Facts | None
    notes: tuple[str, ...]
    unequal: tuple[Unequal, ...]
    prices: tuple[Prices, ...]
    version: int
    risk: int
    sides: tuple[Side, ...]
    guards: tuple[GuardLine, ...]

    @property
    def guards_asked(self) -> str:
        """What the guards were asked about."""
        if self.verdict.made is None:
            return "Guards, as they would have answered an entry at that close"
        if self.verdict.made.action == "FLAT":
            return "Guards: an exit is stopped by the kill switch alone"
        return f"Guards, asked about this {self.verdict.made.action}"


def spoken_of(minute: Minute) -> set[datetime]:
    """The bars that decided what this one holds, ends or records."""
    held = [minute.after.held, *(closed.position for closed in minute.ended)]
    kept = [verdict_of(minute.happened).kept]
    return {minute.bar.time, *(position.bar_time for position in (*held, *kept) if position)}


def computed(minute: Minute, stored: Stored, *, run: Run) -> Computed:
    """`minute` in words; `stored` has the signals it speaks of."""
    version, verdict = minute.segment.version, verdict_of(minute.happened)
    digits = minute.seen.rules.terms.digits
    ends = [ending(closed, stored, digits=digits) for closed in minute.ended]
    reading, strategy = _reading(minute), version.build()
    sides = sides_of(strategy, reading) if reading.is_ready else ()
    return Computed(
        verdict=verdict,
        reason=_reason(minute, verdict, stored, sides, reading),
        facts=facts_of(minute),
        notes=tuple(text for text, _ in ends),
        unequal=tuple(unequal for _, unequal in ends if unequal),
        prices=sides_of_bar(minute.bar, digits),
        version=version.number,
        risk=minute.segment.risk_version.number,
        sides=sides,
        guards=_guards(minute, verdict, is_recorded=minute.bar.time in stored, run=run),
    )


def _reading(minute: Minute) -> Reading:
    reading = reading_of(minute.reading())
    if reading is None:
        raise ValueError("a reading written by this release is read by it")
    return reading


def facts_of(minute: Minute) -> Facts | None:
    """The record the bar asks for, if any."""
    made = verdict_of(minute.happened).made
    sure, digits = minute.seen.decision.confidence, minute.seen.rules.terms.digits
    return facts_made(made, confidence=sure, digits=digits) if made else None


def _reason(
    minute: Minute,
    verdict: Verdict,
    stored: Stored,
    sides: tuple[Side, ...],
    reading: Reading,
) -> Reason:
    held = verdict.kept or minute.after.held
    length, until = minute.seen.rules.terms.bar_length, minute.bar.close_time
    stops = ("sl", "trailing_stop")
    return told(
        verdict,
        held=held_then(held, stored, length=length, until=until) if held else None,
        sides=sides,
        reading=reading,
        least=minute.seen.rules.terms.min_confidence,
        is_off=not minute.seen.rules.may_enter,
        was_stopped=any(closed.reason in stops for closed in minute.ended),
    )


def _guards(
    minute: Minute, verdict: Verdict, *, is_recorded: bool, run: Run
) -> tuple[GuardLine, ...]:
    """The guards as they were asked; about an entry at that close where none came."""
    if verdict.made and verdict.made.action == "FLAT":
        asked = [guard for guard in minute.seen.rules.guards if guard.judges_exits]
        return guard_lines(asked, None, minute.book)
    is_known = is_recorded or run.kind == Run.Kind.REHEARSAL
    version, closed_at = minute.segment.risk_version, minute.bar.close_time
    book = minute.book if is_known else book_then(version, at=closed_at)
    made = verdict.made.candidate if verdict.made else None
    return guard_lines(minute.seen.rules.guards, made or minute.candidate, book)
