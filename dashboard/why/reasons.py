"""Why a config does or does not signal on one bar: the same words for now and for any minute."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from risk.guards.base import Book, Candidate, Guard
from signals.readings import Reading
from strategies.base import Strategy
from strategies.rules import Rule, Rules

ENTRIES = ("BUY", "SELL")
MARKS = {True: "holds", False: "lacks", None: "unknown"}
SIDE_NAMES = {"LEAVE BUY": "Leave a BUY", "LEAVE SELL": "Leave a SELL"}
SIDE_LOOKS = {"BUY": ("tone-good", "up"), "SELL": ("tone-bad", "down")}


@dataclass(frozen=True)
class Reason:
    """One line; the age of `since` follows it, counted to `until` or to the reader's now.

    `signal` is what it speaks of.
    """

    text: str
    tone: str = "tone-calm"
    icon: str = "clock"
    since: datetime | None = None
    signal: int | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Line:
    """A rule as a page shows it."""

    mark: str  # holds, lacks, unknown
    text: str
    reading: str


@dataclass(frozen=True)
class Side:
    """The rules of one entry or exit."""

    name: str
    lines: tuple[Line, ...]
    held: int  # how many of them hold

    @property
    def missing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.mark != "holds")


@dataclass(frozen=True)
class GuardLine:
    """What a guard says to an entry at one close."""

    slug: str
    title: str
    reading: str
    limit: str
    refusal: str  # empty while it lets entries through


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What a config holds on a bar: an accepted signal, or a blocked one it follows."""

    action: str
    since: datetime  # close of the bar that decided
    is_shadow: bool
    signal: int | None  # None where no record of it is stored
    until: datetime | None = None  # the bar's close; None: now


def sides_of(strategy: Strategy, reading: Reading) -> tuple[Side, ...]:
    """The rules of every entry and exit as the bar answers them."""
    rules: Rules = strategy.rules(reading.now, reading.before)
    return tuple(_side(SIDE_NAMES.get(name, name), found) for name, found in rules.items())


def _side(name: str, rules: Sequence[Rule]) -> Side:
    lines = tuple(Line(MARKS[rule.holds], rule.text, rule.reading) for rule in rules)
    return Side(name, lines, sum(line.mark == "holds" for line in lines))


def guard_lines(
    guards: Sequence[Guard], candidate: Candidate | None, book: Book
) -> tuple[GuardLine, ...]:
    """Each guard with what it reads, asked by the code that asks it about real entries."""
    return tuple(
        GuardLine(
            guard.slug,
            guard.title,
            guard.measure(candidate, book).text,
            guard.limit_text(book),
            guard.refuse(candidate, book) or "",
        )
        for guard in guards
    )


def warming_up(reading: Reading) -> Iterator[Reason]:
    """Too few bars to decide."""
    if not reading.is_ready:
        yield Reason(f"Warming up: needs {reading.warmup} bars, has {reading.bars}.")


def holding(held: Holding | None, begin: str = "") -> Iterator[Reason]:
    """What it holds already."""
    if held is None:
        return
    if held.is_shadow:
        text = f"Follows its blocked {held.action}; a repeat is not recorded. Blocked for"
        yield Reason(text, "tone-warn", "clock", held.since, held.signal, held.until)
        return
    verb = "holds" if begin else "Holds"
    text = f"{begin}{verb} a {held.action}, open for"
    yield Reason(text, *SIDE_LOOKS[held.action], held.since, held.signal, held.until)


def entry_of(sides: Sequence[Side]) -> Side | None:
    """The entry whose rules all hold."""
    return next((side for side in sides if side.name in ENTRIES and not side.missing), None)


def too_unsure(entry: Side | None, reading: Reading, least: float) -> Iterator[Reason]:
    """An entry with less confidence than asked for."""
    if entry and reading.confidence is not None and reading.confidence < least:
        text = f"{entry.name} ignored: confidence {reading.confidence:.2f}, at least {least:.2f}"
        yield Reason(f"{text} needed.", "tone-warn", "alert")


def missing(sides: Sequence[Side]) -> Reason:
    """The entry that lacks least, and what it lacks."""
    entries = [side for side in sides if side.name in ENTRIES]
    if not entries:
        return Reason("This strategy names no entries.")
    nearest = min(entries, key=lambda side: len(side.missing))
    lacks = "; ".join(f"{line.text} ({line.reading})" for line in nearest.missing)
    return Reason(f"No entry. Missing for {nearest.name}: {lacks}")
