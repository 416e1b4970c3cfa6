"""Records and endings, those stored beside those computed again."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from risk.outcomes import outcome
from risk.states import Closed
from signals.messages import last_moment
from signals.models import Journal, Position, Signal, Track
from signals.parity.found import Found, What
from signals.replay import Minute
from signals.replay.beginning import was_left

NOTHING = "nothing"


def stored_signals(track: Track, first: datetime, last: datetime) -> dict[datetime, Signal]:
    """The records of a track on bars that open in [first, last], by their bar."""
    rows = Signal.objects.filter(
        run=track.run_id, config=track.config_id, feed=track.feed, bar_time__range=(first, last)
    )
    return {row.bar_time: row for row in rows.select_related("symbol", "position")}


def differing_records(minutes: Sequence[Minute], stored: dict[datetime, Signal]) -> Iterator[Found]:
    """Records that are there on one side only, or say something else."""
    made = {each.bar.time: each for each in minutes if each.signalled}
    for at in sorted({*made, *stored}):
        minute, signal = made.get(at), stored.get(at)
        was = decision_words(signal) if signal else NOTHING
        now = computed_words(minute) if minute else NOTHING
        if was != now:
            yield Found(at=at, what=What.DECISION, was=was, now=now, signal=signal)
        elif signal and minute and (blocked := _blocks(signal, minute)):
            yield Found(at=at, what=What.BLOCK, was=blocked[0], now=blocked[1], signal=signal)


def decision_words(signal: Signal) -> str:
    """A stored record in one line."""
    confidence = "-" if signal.confidence is None else f"{signal.confidence:.2f}"
    levels = [signal.level_text(level) for level in (signal.price, signal.sl, signal.tp)]
    return _line(signal.action, levels, confidence, signal.expires_at)


def computed_words(minute: Minute) -> str:
    """A record computed again in one line, worded as a stored one."""
    made, digits = minute.signalled, minute.seen.rules.terms.digits
    if made is None:
        return NOTHING
    is_known = made.action != "FLAT" and minute.seen.decision.confidence is not None
    confidence = f"{minute.seen.decision.confidence:.2f}" if is_known else "-"
    levels = ["-" if x is None else f"{x:.{digits}f}" for x in (made.price, made.sl, made.tp)]
    return _line(made.action, levels, confidence, made.expires_at)


def _line(action: str, levels: list[str], confidence: str, expires_at: datetime) -> str:
    price, sl, tp = levels
    until = f"{expires_at:%Y-%m-%d %H:%M}"
    return f"{action} @ {price} | SL {sl} | TP {tp} | conf {confidence} | until {until}"


def _blocks(signal: Signal, minute: Minute) -> tuple[str, str] | None:
    """Who blocked it then and now, where that differs."""
    made = minute.signalled
    now = [no.guard for no in made.refusals] if made else []
    is_blocked = signal.status == Signal.Status.BLOCKED
    if signal.blocked_by == now and is_blocked == bool(now):
        return None
    was = signal.blocked_by or (["a guard it does not name"] if is_blocked else [])
    return _blocked_words(was), _blocked_words(now)


def _blocked_words(guards: Sequence[str]) -> str:
    return f"blocked by {', '.join(guards)}" if guards else "let through"


def wrongly_late(stored: dict[datetime, Signal], rows: Sequence[Journal]) -> Iterator[Found]:
    """Live records marked late that were in time by what was set then, or the other way round."""
    begins = [row.first_bar for row in rows]
    for at, signal in stored.items():
        terms = rows[max(bisect_right(begins, at) - 1, 0)].terms
        max_delay = timedelta(seconds=terms["max_delay_seconds"])
        is_late = signal.issued_at > last_moment(signal, max_delay=max_delay)
        if is_late != signal.late:
            words = {True: "found too late to send", False: "found in time"}
            was, now = words[signal.late], words[is_late]
            yield Found(at=at, what=What.DECISION, was=was, now=now, signal=signal)


def differing_endings(track: Track, minutes: Sequence[Minute]) -> Iterator[Found]:
    """Positions that ended otherwise than they do when computed again."""
    if not minutes:
        return
    computed = {end.position.bar_time: end for each in minutes for end in each.ended}
    for row in _positions(track, minutes, computed):
        at = row.signal.bar_time
        end = computed.get(at)
        was, now = ending_words(row), closed_words(end, row.signal) if end else "still held"
        if was != now:
            yield Found(at=at, what=What.ENDING, was=was, now=now, signal=row.signal)


def _positions(
    track: Track, minutes: Sequence[Minute], computed: dict[datetime, Closed]
) -> list[Position]:
    """Those that ended inside these bars by either side; not those whose feed was left."""
    rows = Position.objects.filter(track=track).select_related("signal")
    span = (minutes[0].bar.time, minutes[-1].bar.close_time)
    inside = rows.filter(closed_at__gt=span[0], closed_at__lt=span[1])
    named = rows.filter(signal__bar_time__in=list(computed))
    either = {row.pk: row for row in (*inside, *named)}
    return [row for row in either.values() if not was_left(row)]


def ending_words(row: Position) -> str:
    """A stored ending in one line."""
    if row.closed_at is None:
        return "still held"
    return _ending(row.reason, row.closed_at, row.exit_price, row.pips, row.signal)


def closed_words(end: Closed, signal: Signal) -> str:
    """An ending computed again in one line, worded as a stored one."""
    price = None if end.price is None else Decimal(repr(end.price))
    pips = outcome(end, pip=float(signal.pip_size)).pips
    return _ending(end.reason, end.at, price, pips, signal)


def _ending(
    reason: str, at: datetime, price: Decimal | None, pips: float | None, signal: Signal
) -> str:
    result = "unknown" if pips is None else f"{pips + 0:+.2f} pips"  # -0.0 is stored as 0.0
    return f"{reason} at {at:%Y-%m-%d %H:%M} @ {signal.level_text(price)} | {result}"
