"""The tradable price at each moment somebody heard of a signal: noted once its bar is stored.

Work is bounded: only deliveries whose times are new are taken up, and only rows whose bar should be
there by now are looked at; both are indexes that hold little else.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from delivery.audience import REPEAT
from delivery.channels.registry import demo_channels
from delivery.models import Delivery
from delivery.new_times import take_new_times
from markets.feeds.registry import is_demo
from markets.frames import Timeframe
from markets.history import bars_after
from markets.models import calendar_of
from markets.sessions import Calendar
from signals.models import PriceSeen, Signal

STEPS = ("sent", "delivered", "read")
MINUTE = timedelta(minutes=1)
WITHIN = 5  # trading minutes: a bar that opens later says nothing of that moment
GIVE_UP = timedelta(days=1)  # after the last bar that would do: a feed may fill its gap till then
MOST = 500  # rows a step of the work
ROUNDS = 4  # steps a minute
SIGNAL_KEY = re.compile(rf"signal:(\d+)(?:{REPEAT}\d+)?")


def note_prices_seen(*, now: datetime) -> None:
    """Take up the new times of signals' copies, and fill in the prices that are known by now."""
    for _ in range(ROUNDS):
        if take_new_times(lambda copies: _note(copies), most=MOST) < MOST:
            break
    for _ in range(ROUNDS):
        if _fill(now=now) < MOST:
            break


def buys(signal: Signal) -> bool:
    """Whether acting on `signal` buys: a BUY does, and a FLAT that ends a SELL."""
    if signal.ends is not None:
        return signal.ends.action == Signal.Action.SELL
    return signal.action == Signal.Action.BUY


def _note(copies: Sequence[Delivery]) -> None:
    """Store the times of these copies; a time that changed is priced anew."""
    known = PriceSeen.objects.filter(delivery__in=copies).in_bulk(field_name="delivery_id")
    rows = [known.get(copy.pk) or row for copy, row in _new_rows(copies)]
    times = {copy.pk: copy for copy in copies}
    for row in rows:
        _take_times(row, times[row.delivery_id or 0])
    PriceSeen.objects.bulk_create([row for row in rows if row.pk is None])
    fields = [*(f"{step}_{what}" for step in STEPS for what in ("at", "price")), "due_at"]
    PriceSeen.objects.bulk_update([row for row in rows if row.pk is not None], fields)


def _new_rows(copies: Sequence[Delivery]) -> Iterator[tuple[Delivery, PriceSeen]]:
    """Those that carry a signal, each with the row it would get.

    The demo phone counts only where prices are made up too: nobody is messaged by it.
    """
    found = ((copy, SIGNAL_KEY.fullmatch(copy.message.key)) for copy in copies)
    carrying = {copy: int(key[1]) for copy, key in found if key}
    feeds = dict(Signal.objects.filter(pk__in=carrying.values()).values_list("pk", "feed"))
    demo = set(demo_channels())
    for copy, signal_id in carrying.items():
        feed = feeds.get(signal_id)
        if feed is not None and (copy.recipient.channel not in demo or is_demo(feed)):
            is_repeat = REPEAT in copy.message.key
            yield copy, PriceSeen(signal_id=signal_id, delivery=copy, is_repeat=is_repeat)


def _take_times(row: PriceSeen, copy: Delivery) -> None:
    for step in STEPS:
        at = getattr(copy, f"{step}_at")
        if at == getattr(row, f"{step}_at"):
            continue
        setattr(row, f"{step}_at", at)
        setattr(row, f"{step}_price", None)
        if at is not None:
            first = _next_minute(at) + MINUTE
            row.due_at = min(row.due_at or first, first)


def _fill(*, now: datetime) -> int:
    """How many rows were looked at: oldest first, each with its next look or none."""
    due = PriceSeen.objects.filter(due_at__lte=now).order_by("due_at", "pk")
    rows = list(due.select_related("signal__symbol", "signal__ends")[:MOST])
    opens = Opens(now=now)
    for row in rows:
        looks = [opens.fill(row, step) for step in STEPS]
        row.due_at = min(filter(None, looks), default=None)
    PriceSeen.objects.bulk_update(rows, [*(f"{step}_price" for step in STEPS), "due_at"])
    return len(rows)


@dataclass(kw_only=True)
class Opens:
    """First opens after moments, each read once; many copies of a signal share them."""

    now: datetime
    calendars: dict[str, Calendar] = field(default_factory=dict)
    read: dict[tuple[int, str, datetime], tuple[float, float] | None] = field(default_factory=dict)

    def fill(self, row: PriceSeen, step: str) -> datetime | None:
        """Set the price of a step that lacks it; when to look again, None: never."""
        at, signal = getattr(row, f"{step}_at"), row.signal
        if at is None or getattr(row, f"{step}_price") is not None:
            return None
        minute = _next_minute(at)
        last = self._calendar(signal.feed).add_trading_minutes(minute, WITHIN)
        found = self._open(signal, minute, last)
        if found is None:
            return self._next_look(last)
        bid, ask = found
        price = round(Decimal(repr(ask if buys(signal) else bid)), signal.digits)
        setattr(row, f"{step}_price", price)
        return None

    def _open(self, signal: Signal, minute: datetime, last: datetime) -> tuple[float, float] | None:
        """Bid and ask at the open of the first bar from `minute` on and before `last`."""
        key = (signal.symbol_id, signal.feed, minute)
        if key not in self.read:
            bars = bars_after(
                signal.symbol,
                feed=signal.feed,
                timeframe=Timeframe.M1,
                after=minute - MINUTE,
                warmup=0,
                limit=1,
                until=last,
            )
            self.read[key] = None
            if len(bars):
                self.read[key] = (float(bars["open"].iloc[0]), float(bars["ask_open"].iloc[0]))
        return self.read[key]

    def _next_look(self, last: datetime) -> datetime | None:
        """Minutes apart at first, then hours; at the open of a market that is closed."""
        if self.now >= last + GIVE_UP:
            return None
        opens = last - (WITHIN - 1) * MINUTE  # the first bar that would do is closed then
        return max(opens, self.now + max(MINUTE, (self.now - opens) / 2))

    def _calendar(self, feed: str) -> Calendar:
        if feed not in self.calendars:
            self.calendars[feed] = calendar_of(feed)
        return self.calendars[feed]


def _next_minute(at: datetime) -> datetime:
    """The first whole minute at or after `at`, UTC."""
    whole = at.astimezone(UTC).replace(second=0, microsecond=0)
    return whole if whole == at else whole + MINUTE
