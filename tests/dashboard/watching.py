"""The eyes of the watch at a given minute, and what they may find."""

from datetime import UTC, datetime, timedelta

from audit.sealing import seal_pending
from dashboard.watch import look
from markets.models import FeedHealth, Symbol
from tests.builders import make_delivery, make_recipient, make_symbol, make_tick

START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)
DEAD = FeedHealth.State.DEAD


def ticking_desk():
    """Sam is told; the scheduler ticks, whenever one looks."""
    make_recipient("Sam", channel="preview", address="sam", gets_alerts=True)
    for minute in range(0, 120):
        make_tick(at=START + timedelta(minutes=minute))


def at(minutes):
    """The time this many minutes after the start."""
    return START + timedelta(minutes=minutes)


def look_at(minutes, since=0.0, is_sealed=True):
    """Everything told by one look, `minutes` after the start, beside the sealer unless it died."""
    if is_sealed:
        seal_pending()
    found = look(now=at(minutes), since=at(since), interval_seconds=60)
    return [message.text for message in found]


def look_through(first, last, step=0.5):
    """Everything told by looks every half minute from `first` to `last`."""
    looks = int((last - first) / step) + 1
    return [text for n in range(looks) for text in look_at(first + n * step)]


def feed(code, state=DEAD, last_bar=-1.0, **values):
    """The health of a symbol's present feed."""
    symbol = Symbol.objects.filter(code=code).first() or make_symbol(code)
    facts = {"state": state, "last_bar_time": at(last_bar), "checked_at": START, **values}
    FeedHealth.objects.update_or_create(
        symbol=symbol, feed=symbol.feed, defaults={"watched_since": START, **facts}
    )
    return symbol


def make_uncertain(count, sending_at):
    for _ in range(count):
        make_delivery(state="uncertain", sending_at=sending_at)
