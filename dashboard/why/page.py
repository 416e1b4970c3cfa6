"""Everything the page and the API say of one moment, as one frozen value."""

from dataclasses import dataclass
from datetime import datetime

from dashboard.why.answers import Answer, answers
from dashboard.why.asking import MINUTE, Asked
from dashboard.why.minutes import Minute, minute
from dashboard.why.picture import Picture, picture
from markets.feeds.registry import is_demo
from signals.models import Run, Signal


@dataclass(frozen=True, kw_only=True)
class Page:
    """The answers of a moment, the minute that closed then, and the ways on."""

    symbol: str
    digits: int
    is_demo: bool
    at: datetime
    rehearsal: int | None
    answers: tuple[Answer, ...]
    why_none: str  # where there is no answer
    minute: Minute | None
    picture: Picture | None
    before: str
    after: str  # "" where it would be ahead
    signal_before: str  # "" where there is none
    signal_after: str

    @property
    def opened_at(self) -> datetime:
        """When the minute began that closed at `at`."""
        return self.at - MINUTE


def page(asked: Asked, *, now: datetime) -> Page:
    """The answers to `asked`; what is ahead of `now` is not over."""
    found = answers(asked, now=now)
    feed = found[0].feed if found else asked.symbol.feed
    stored = minute(asked.symbol, feed=feed, at=asked.at)
    is_rehearsed = asked.run is not None and asked.run.kind == Run.Kind.REHEARSAL
    return Page(
        symbol=asked.symbol.code,
        digits=asked.symbol.digits,
        is_demo=is_demo(feed),
        at=asked.at,
        rehearsal=asked.run.pk if asked.run and is_rehearsed else None,
        answers=found,
        why_none=_why_none(asked),
        minute=stored,
        picture=picture(asked.symbol, feed=feed, at=asked.at, answers=found),
        before=asked.url(at=asked.at - MINUTE),
        after=asked.url(at=asked.at + MINUTE) if asked.at + MINUTE <= now else "",
        signal_before=_signal_at(asked, later=False),
        signal_after=_signal_at(asked, later=True),
    )


def _why_none(asked: Asked) -> str:
    if asked.strategy:
        return f"{asked.strategy} does not run on {asked.symbol.code}."
    return f"No strategy runs on {asked.symbol.code} yet, so nothing is decided on its bars."


def _signal_at(asked: Asked, *, later: bool) -> str:
    """Where the next signal, or the one before, is answered for; "" where there is none."""
    found = Signal.objects.filter(run=asked.run, is_shadow=False, symbol=asked.symbol)
    if asked.strategy:
        found = found.filter(strategy=asked.strategy)
    if later:
        found = found.filter(bar_closed_at__gt=asked.at).order_by("bar_closed_at")
    else:
        found = found.filter(bar_closed_at__lt=asked.at).order_by("-bar_closed_at")
    at = found.values_list("bar_closed_at", flat=True).first()
    return asked.url(at=at) if at else ""
