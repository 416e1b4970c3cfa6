"""Why a config does not signal now: the first reason that counts, then the rules behind it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.strategies.situations import Situation
from dashboard.why import reasons
from dashboard.why.reasons import ENTRIES, GuardLine, Holding, Reason, Side
from markets.models import FeedHealth
from signals.readings import Reading

FEED_TONES = {
    FeedHealth.State.DEAD: ("tone-bad", "alert"),
    FeedHealth.State.OFF: ("tone-bad", "close"),
    FeedHealth.State.LATE: ("tone-warn", "alert"),
    FeedHealth.State.CLOSED: ("tone-calm", "pause"),
}


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
    return reasons.sides_of(strategy, reading)


def guard_lines(situation: Situation) -> tuple[GuardLine, ...]:
    """Each guard, asked about an entry at the close that was read last."""
    candidate = situation.reading.candidate if situation.reading else None
    return reasons.guard_lines(situation.guards, candidate, situation.book)


def _reasons(
    situation: Situation, sides: Sequence[Side], refusing: Sequence[GuardLine]
) -> Iterator[Reason]:
    """What stands in the way, the first that counts first; it always ends in one."""
    yield from _switched(situation)
    yield from _feed(situation)
    yield from _unread(situation)
    yield from reasons.holding(_held(situation))
    yield from _decided(situation, sides, refusing)
    yield reasons.missing(sides)


def _switched(situation: Situation) -> Iterator[Reason]:
    if situation.fault:
        yield Reason(f"Cannot run: {situation.fault}.", "tone-bad", "alert")
    if not situation.symbol.is_enabled:
        yield Reason(f"{situation.symbol.code} is switched off in the admin.", icon="pause")
    if not situation.version.config.is_enabled:
        yield from reasons.holding(_held(situation), "Switched off, but still ")
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
        return
    yield from reasons.warming_up(reading)
    if _is_older(situation, reading):
        label = situation.version.label
        yield Reason(f"{label} is new: it reads its first bar when the next one closes.")


def _held(situation: Situation) -> Holding | None:
    held = situation.held
    if held is None:
        return None
    return Holding(
        action=held.signal.action,
        since=held.signal.bar_closed_at,
        is_shadow=held.is_shadow,
        signal=held.signal_id,
    )


def _decided(
    situation: Situation, sides: Sequence[Side], refusing: Sequence[GuardLine]
) -> Iterator[Reason]:
    """The last bar had an entry; said as long as it is the last bar."""
    entry, reading = reasons.entry_of(sides), situation.reading
    if entry is None or reading is None:
        return
    yield from reasons.too_unsure(entry, reading, situation.version.min_confidence)
    if refusing:
        yield Reason(f"{entry.name} refused: {refusing[0].refusal}.", "tone-warn", "alert")
    yield Reason(f"All its rules for {entry.name} hold on the last bar.", "tone-good", "check")


def _is_older(situation: Situation, reading: Reading) -> bool:
    """Whether the last bar was read with the settings of a version before this one."""
    return reading.closed_at < situation.version.created_at
