"""What the Signal page says of one signal: how it stands, its levels, and what is so about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery.looks import Look
from markets.feeds.registry import FEEDS
from signals.models import Position, Run, Signal
from signals.pages.deciding import DecidingBar, deciding_bars
from signals.pages.levels import Level, levels
from signals.pages.status import status_look
from signals.wording import hopeful_text, position_of, range_text, result_text
from strategies.registry import STRATEGIES


@dataclass(frozen=True)
class Facts:
    """What follows the position: shown live."""

    look: Look
    result: str
    is_won: bool | None  # None without a result
    lead: str  # what is said before the result
    hopeful: str
    reach: str
    levels: tuple[Level, ...]
    decided_by: tuple[DecidingBar, ...]
    notes: tuple[str, ...]
    repeats: int
    repeated_at: datetime | None

    @property
    def tone(self) -> str:
        """The colour of the result; its sign says the same."""
        return {True: "tone-good", False: "tone-bad", None: "tone-calm"}[self.is_won]


def facts(signal: Signal) -> Facts:
    """How `signal` stands; no query beyond the signal with its position."""
    position = position_of(signal.ends or signal)
    has_result = position is not None and position.pips is not None
    return Facts(
        look=status_look(signal),
        result=result_text(position) if position else "",
        is_won=(position.pips or 0) > 0 if position and has_result else None,
        lead=_lead(signal, position),
        hopeful=hopeful_text(position) if position else "",
        reach=range_text(position) if position else "",
        levels=levels(signal),
        decided_by=deciding_bars(signal),
        notes=tuple(_notes(signal)),
        repeats=position.repeats if position else 0,
        repeated_at=position.repeated_at if position else None,
    )


@dataclass(frozen=True)
class About:
    """What never changes."""

    feed: str
    is_demo: bool
    strategy: str


def about(signal: Signal) -> About:
    """Feed and strategy by their names; by their slugs when the code no longer knows them."""
    feed, strategy = FEEDS.get(signal.feed), STRATEGIES.get(signal.strategy)
    return About(
        feed=feed.name if feed else signal.feed,
        is_demo=feed is not None and feed.is_demo,
        strategy=strategy.title if strategy else signal.strategy,
    )


def summary(signal: Signal) -> str:
    """The chart in one sentence, for those who cannot see it."""
    levels = [
        f"{level.label.lower()} {level.price}"
        for level in facts(signal).levels
        if level.price != "-"
    ]
    return (
        f"Candles of {signal.symbol.code} around the {signal.action}: {', '.join(levels)}. "
        f"{status_look(signal).word}."
    )


def related(signal: Signal) -> tuple[tuple[str, Signal], ...]:
    """The signal it ends, or the one that ended it; at most two queries."""
    if signal.ends:
        return (("Ends", signal.ends),)
    position = position_of(signal)
    if position is None or position.reason not in ("flat", "opposite", "trailing_stop", "sl"):
        return ()
    found = signal.ended_by.select_related("symbol").first()
    if found is None and position.reason == "opposite":
        later = Signal.objects.filter(run=signal.run_id, config=signal.config_id)
        later = later.filter(bar_time__gt=signal.bar_time).select_related("symbol")
        found = later.order_by("bar_time").first()
    return (("Ended by", found),) if found else ()


def _lead(signal: Signal, position: Position | None) -> str:
    if signal.ends:
        return f"the {signal.ends.action} it ends:"
    return "would have been" if position and position.is_shadow else ""


def _notes(signal: Signal) -> list[str]:
    notes = []
    if signal.run.kind == Run.Kind.REHEARSAL:
        notes.append("From a rehearsal over stored candles: nothing was sent.")
    if signal.is_shadow:
        notes.append("From a shadow config: judged like a live one, never pushed nor public.")
    if signal.late:
        after = _span_text(signal.issued_at - signal.bar_closed_at)
        notes.append(f"Found {after} after its bar closed, too late to act on: not sent.")
    position = position_of(signal)
    if position and position.is_shadow:
        notes.append("Blocked, so never sent. Its bars are followed all the same: the result is "
                     "what it would have been.")  # fmt: skip
    if position and position.reason == "data_gap":
        notes.append("Bars are missing while it was open, so nobody knows its result.")
    return notes


def _span_text(span: timedelta) -> str:
    hours, minutes = divmod(int(span.total_seconds() // 60), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"
