"""Why nothing was decided on a bar at all: it is ahead, missing, or before the desk began."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from dashboard.why.minutes import refused_bar
from dashboard.why.reasons import Reason
from markets.frames import Timeframe
from markets.models import Candle, Symbol, calendar_of
from signals.models import Run, Tick, Track
from strategies.models import StrategyConfig

AHEAD = Reason("This bar has not closed yet.")
CLOSED = Reason("The market is closed.", "tone-calm", "pause")


@dataclass(frozen=True, kw_only=True)
class Span:
    """The bar of one timeframe that closed last by a moment."""

    timeframe: Timeframe
    opened_at: datetime
    closed_at: datetime


def span_at(at: datetime, timeframe: Timeframe) -> Span:
    """The bar of `timeframe` that closed last by `at`."""
    length = timeframe.delta
    closed_at = at - (at - datetime.min.replace(tzinfo=UTC)) % length
    return Span(timeframe=timeframe, opened_at=closed_at - length, closed_at=closed_at)


def cannot(why: str) -> Reason:
    """A bar that cannot be computed again."""
    return Reason(f"Cannot be computed again: {why}.", "tone-warn", "alert")


def not_begun(config: StrategyConfig, track: Track | None, span: Span) -> Reason | None:
    """Why `config` had no part in the bar: it came later."""
    if track is None:
        wait = "the next tick reads the first" if config.is_enabled else "it is switched off"
        return Reason(f"It has read no bar yet: {wait}.")
    if span.opened_at <= track.starts_after:
        return Reason(f"Its decisions begin with the bars after {_time(track.starts_after)}.")
    return None


def unreached(track: Track, span: Span) -> Reason | None:
    """Why a stored bar was not evaluated."""
    if track.last_bar is not None and span.opened_at <= track.last_bar:
        return None
    if track.run.finished_at:
        return Reason("The rehearsal ended before this bar.")
    if track.feed != track.config.symbol.feed:
        return Reason("The symbol went on to another feed before this bar.")
    if not track.config.symbol.is_enabled:
        return Reason(f"{track.config.symbol.code} was switched off before this bar.", icon="pause")
    live = track.run.kind == Run.Kind.LIVE
    return Reason(f"Not evaluated yet{': the next tick reads it' if live else ''}.")


def absent(symbol: Symbol, *, feed: str, span: Span) -> Reason | None:
    """Why there is no such bar; None where its minutes are stored."""
    minutes = Candle.objects.filter(symbol=symbol, feed=feed, timeframe=Timeframe.M1)
    if minutes.filter(time__gte=span.opened_at, time__lt=span.closed_at).exists():
        return None
    if not calendar_of(feed).is_open(span.opened_at):
        return CLOSED
    if refusal := refused_bar(symbol, feed=feed, opened_at=span.opened_at):
        return Reason(
            f"A bar came for this minute and was refused: {refusal}", "tone-warn", "alert"
        )
    oldest = minutes.order_by("time").values_list("time", flat=True).first()
    if oldest is None:
        return Reason("No candles of this symbol are stored.")
    if oldest > span.opened_at:
        return Reason(f"Candles before {_time(oldest)} are not stored, or no longer.")
    return Reason("No bar is stored for this time: the feed brought none.", "tone-warn", "alert")


def came_late(track: Track, span: Span) -> Reason | None:
    """A minute that came when later ones had been decided is never decided on.

    It came late when a look at the clock before it already knew a later minute.
    """
    if span.timeframe is not Timeframe.M1 or track.run.kind != Run.Kind.LIVE:
        return None
    minutes = Candle.objects.filter(symbol=track.config.symbol, feed=track.feed)
    minutes = minutes.filter(timeframe=Timeframe.M1)
    came_at = minutes.values_list("observed_at", flat=True).get(time=span.opened_at)
    look = Tick.objects.filter(at__lt=came_at).order_by("-slot").first()
    if look is None or look.at <= span.closed_at:
        return None
    soon = (span.closed_at, min(look.at, span.closed_at + timedelta(days=1)))
    if not minutes.filter(time__range=soon, observed_at__lte=look.at).exists():
        return None
    text = f"It came {_time(came_at)}, when later bars were decided already: it never was."
    return Reason(text, "tone-warn", "alert")


def _time(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
