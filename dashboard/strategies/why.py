"""Why a config does not signal now: the first reason that counts, then the rules behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.strategies.situations import Situation
from markets.models import FeedHealth
from signals.readings import Reading
from strategies.rules import Rule, Rules

ENTRIES = ("BUY", "SELL")
MARKS = {True: "holds", False: "lacks", None: "unknown"}
SIDE_NAMES = {"LEAVE BUY": "Leave a BUY", "LEAVE SELL": "Leave a SELL"}
FEED_TONES = {
    FeedHealth.State.DEAD: ("tone-bad", "alert"),
    FeedHealth.State.OFF: ("tone-bad", "close"),
    FeedHealth.State.LATE: ("tone-warn", "alert"),
    FeedHealth.State.CLOSED: ("tone-calm", "pause"),
}


@dataclass(frozen=True)
class Reason:
    """One line; `since` is shown as an age behind it, `signal` is what it speaks of."""

    text: str
    tone: str = "tone-calm"
    icon: str = "clock"
    since: datetime | None = None
    signal: int | None = None


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
    """What a guard would say to an entry at the close that was read last."""

    slug: str
    title: str
    reading: str
    limit: str
    refusal: str  # empty while it lets entries through


@dataclass(frozen=True)
class Why:
    """The answer to "why not now"."""

    reason: Reason
    read_at: datetime | None  # close of the bar that was read
    sides: tuple[Side, ...] = ()
    refusing: tuple[GuardLine, ...] = ()

    @property
    def entries(self) -> tuple[Side, ...]:
        return tuple(side for side in self.sides if side.name in ENTRIES)


def why_not(situation: Situation) -> Why:
    """Why nothing is signalled now, or what has just been."""
    reading, sides = situation.reading, sides_of(situation)
    refusing = tuple(guard for guard in guard_lines(situation) if guard.refusal)
    reason = next(_reasons(situation, sides, refusing))
    return Why(reason, reading.closed_at if reading else None, sides, refusing)


def sides_of(situation: Situation) -> tuple[Side, ...]:
    """The rules as the last bar answers them; none where they cannot be told."""
    reading, strategy = situation.reading, situation.strategy
    if reading is None or strategy is None or not reading.is_ready or _is_older(situation, reading):
        return ()
    rules: Rules = strategy.rules(reading.now, reading.before)
    return tuple(_side(SIDE_NAMES.get(name, name), found) for name, found in rules.items())


def _side(name: str, rules: Sequence[Rule]) -> Side:
    lines = tuple(Line(MARKS[rule.holds], rule.text, rule.reading) for rule in rules)
    return Side(name, lines, sum(line.mark == "holds" for line in lines))


def guard_lines(situation: Situation) -> tuple[GuardLine, ...]:
    """Each guard with what it reads, asked by the code that asks it about real entries."""
    candidate = situation.reading.candidate if situation.reading else None
    return tuple(
        GuardLine(
            guard.slug,
            guard.title,
            guard.measure(candidate, situation.book).text,
            guard.limit_text(situation.book),
            guard.refuse(candidate, situation.book) or "",
        )
        for guard in situation.guards
    )


def _reasons(
    situation: Situation, sides: Sequence[Side], refusing: Sequence[GuardLine]
) -> Iterator[Reason]:
    """What stands in the way, the first that counts first; it always ends in one."""
    yield from _switched(situation)
    yield from _feed(situation)
    yield from _unread(situation)
    yield from _holding(situation)
    yield from _decided(situation, sides, refusing)
    yield _missing(sides)


def _switched(situation: Situation) -> Iterator[Reason]:
    if situation.fault:
        yield Reason(f"Cannot run: {situation.fault}.", "tone-bad", "alert")
    if not situation.symbol.is_enabled:
        yield Reason(f"{situation.symbol.code} is switched off in the admin.", icon="pause")
    if not situation.version.config.is_enabled:
        yield from _holding(situation, "Switched off, but still ")
        yield Reason("Switched off: it opens nothing new.", icon="pause")


def _feed(situation: Situation) -> Iterator[Reason]:
    health = situation.feed
    if health is None or health.state not in FEED_TONES:
        return
    state = FeedHealth.State(health.state)
    if state == FeedHealth.State.CLOSED:
        yield Reason("The market is closed.", *FEED_TONES[state])
        return
    detail = f": {health.detail}" if health.detail else ""
    yield Reason(f"The feed is {state}{detail}.", *FEED_TONES[state])


def _unread(situation: Situation) -> Iterator[Reason]:
    reading = situation.reading
    if reading is None:
        yield Reason("No bar read yet: the next tick reads the first.")
    elif not reading.is_ready:
        yield Reason(f"Warming up: needs {reading.warmup} bars, has {reading.bars}.")
    elif _is_older(situation, reading):
        label = situation.version.label
        yield Reason(f"{label} is new: it reads its first bar when the next one closes.")


def _holding(situation: Situation, begin: str = "") -> Iterator[Reason]:
    held = situation.held
    if held is None:
        return
    action, since = held.signal.action, held.signal.bar_closed_at
    if held.is_shadow:
        text = f"Follows its blocked {action}; a repeat is not recorded. Blocked for"
        yield Reason(text, "tone-warn", "clock", since, held.signal_id)
        return
    verb = "holds" if begin else "Holds"
    tone, icon = ("tone-good", "up") if action == "BUY" else ("tone-bad", "down")
    yield Reason(f"{begin}{verb} a {action}, open for", tone, icon, since, held.signal_id)


def _decided(
    situation: Situation, sides: Sequence[Side], refusing: Sequence[GuardLine]
) -> Iterator[Reason]:
    """The last bar had an entry; said as long as it is the last bar."""
    reading, least = situation.reading, situation.version.min_confidence
    entry = next((side for side in sides if side.name in ENTRIES and not side.missing), None)
    if entry is None or reading is None:
        return
    if reading.confidence is not None and reading.confidence < least:
        text = f"{entry.name} ignored: confidence {reading.confidence:.2f}, at least {least:.2f}"
        yield Reason(f"{text} needed.", "tone-warn", "alert")
    if refusing:
        yield Reason(f"{entry.name} refused: {refusing[0].refusal}.", "tone-warn", "alert")
    yield Reason(f"All its rules for {entry.name} hold on the last bar.", "tone-good", "check")


def _missing(sides: Sequence[Side]) -> Reason:
    """The entry that lacks least, and what it lacks."""
    entries = [side for side in sides if side.name in ENTRIES]
    if not entries:
        return Reason("This strategy names no entries.")
    nearest = min(entries, key=lambda side: len(side.missing))
    lacks = "; ".join(f"{line.text} ({line.reading})" for line in nearest.missing)
    return Reason(f"No entry. Missing for {nearest.name}: {lacks}")


def _is_older(situation: Situation, reading: Reading) -> bool:
    """Whether the last bar was read with the settings of a version before this one."""
    return reading.closed_at < situation.version.created_at
