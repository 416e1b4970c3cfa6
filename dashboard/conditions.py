"""What can be wrong with the desk, each looked for in rows: the watch tells, health counts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Min, Q, QuerySet

from audit.sealing import waiting_since
from delivery.channel_states import paused_channels, paused_text
from delivery.channels.registry import CHANNELS
from delivery.models import Alarm, ChannelState, Delivery, Message
from markets.models import FeedHealth, Symbol
from signals.models import ParityCheck, Run, Tick
from signals.parity import told

SHORTEST = timedelta(minutes=3)  # of silence
OVERDUE = timedelta(minutes=2)  # a delivery that should have been tried by then
PACED = timedelta(seconds=30)  # a recipient's pace is 6 s and a sweep 15 s: they are being served
MANY_UNCERTAIN = 5  # one or two are a dropped line; so many at once mean that something is broken
UNSEALED = timedelta(seconds=60)  # the sealer looks every second
UNCERTAIN_WITHIN = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """Something that is wrong now, in words for staff."""

    kind: str  # what is told together: one message for all of a kind
    name: str = ""  # which one of its kind, for example EURUSD
    title: str
    fault: str
    advice: str

    @property
    def key(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind

    @property
    def text(self) -> str:
        return worded([self.name], self.fault, self.advice)


def worded(names: list[str], *sentences: str) -> str:
    """`sentences` about `names`; after a handful of names only their number."""
    shown = ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
    return " ".join(filter(None, (f"{shown}:" if shown else "", *sentences)))


def patience(interval_seconds: int) -> timedelta:
    """How long without a tick is silence: three ticks missed, three minutes at least."""
    return max(SHORTEST, timedelta(seconds=3 * interval_seconds))


def silent_scheduler(*, now: datetime, since: datetime, interval_seconds: int) -> list[Trouble]:
    """No tick for long; from `since`, when the watch began to look, the desk has time for one.

    That grace is not given while the alarm is open: a new watch must not take it for a recovery.
    """
    newest = Tick.objects.order_by("-slot").values_list("at", flat=True).first()
    is_known = Alarm.objects.filter(key="scheduler", closed_at=None).exists()
    last = newest if is_known and newest else max(newest or since, since)
    if now - last <= patience(interval_seconds):
        return []
    fault = f"The scheduler is silent: no tick since {clock_time(newest or since, now=now)}."
    advice = (
        "No signals are made meanwhile. See that worker, beat and broker run and read their logs. "
        "Missed minutes are evaluated when it is back."
    )
    return [Trouble(kind="scheduler", title="Scheduler silent", fault=fault, advice=advice)]


def dead_feeds(*, now: datetime) -> list[Trouble]:
    """Each enabled symbol without candles though its market is open, the latest to die first."""
    rows = FeedHealth.objects.filter(
        state=FeedHealth.State.DEAD, symbol__is_enabled=True, feed=F("symbol__feed")
    )
    latest_first = rows.order_by(F("last_bar_time").desc(nulls_first=True), "symbol__code")
    return [
        Trouble(
            kind="feed",
            name=code,
            title="Feed dead",
            fault=f"the feed is dead: {_no_candle(last_bar_time, now=now)}.",
            advice=(
                "Entries are refused until candles come again. Check the source's key and quota, "
                "or choose another feed in Admin, Symbols."
            ),
        )
        for code, last_bar_time in latest_first.values_list("symbol__code", "last_bar_time")
    ]


def stopped_channels(*, now: datetime) -> list[Trouble]:
    """Each channel whose provider refuses every message, or that somebody paused."""
    return [
        Trouble(
            kind=f"channel:{state.channel}",
            title=f"{CHANNELS[state.channel].label} paused",
            fault=paused_text(state),
            advice="",
        )
        for state in paused_channels()
    ]


def many_uncertain(*, now: datetime) -> list[Trouble]:
    """So many posts of the last minutes without a known result that something must be broken."""
    count = uncertain().filter(sending_at__gt=now - UNCERTAIN_WITHIN).count()
    if count < MANY_UNCERTAIN:
        return []
    fault = f"{count} messages of the last 15 minutes may or may not have arrived."
    advice = (
        "They are held, not sent twice. See whether the provider or the line has a problem; "
        "then settle each in Admin, Deliveries."
    )
    return [Trouble(kind="uncertain", title="Messages uncertain", fault=fault, advice=advice)]


def overdue_messages(*, now: datetime, since: datetime) -> list[Trouble]:
    """Messages that nobody sends, and nothing explains why; asked once the watch looked so long."""
    if now - since < OVERDUE:
        return []
    rows = overdue(now=now).aggregate(oldest=Min("due_at"))
    if rows["oldest"] is None:
        return []
    count, oldest = overdue(now=now).count(), clock_time(rows["oldest"], now=now)
    what = "1 message is" if count == 1 else f"{count} messages are"
    fault = f"{what} not being sent, due since {oldest}."
    advice = "See that a worker runs and reaches the database; read its log."
    return [Trouble(kind="overdue", title="Messages wait", fault=fault, advice=advice)]


def differing_past() -> list[Trouble]:
    """The newest live day computed again, if it came out otherwise than it was."""
    checks = ParityCheck.objects.filter(run__kind=Run.Kind.LIVE).select_related("run")
    check = checks.first()
    if check is None or not check.differences:
        return []
    fault = f"{check.day:%d %b} was computed again and differs from what was live: {told(check)}."
    advice = "The track record is amber until it is understood; its page says what differs."
    return [Trouble(kind="parity", title="Track record differs", fault=fault, advice=advice)]


def overdue(*, now: datetime) -> QuerySet[Delivery]:
    """Deliveries that should have gone by now, though neither a pause nor a pace holds them.

    Those past their time count too: while a worker lives they are marked expired in seconds. Alerts
    do not: the watch sends them itself, and an alert about an alert helps nobody.
    """
    waits = Delivery.objects.filter(state=Delivery.State.PENDING, due_at__lt=now - OVERDUE)
    waits = waits.exclude(message__kind=Message.Kind.ALERT)
    held = ChannelState.objects.filter(Q(paused_at__isnull=False) | Q(free_at__gt=now))
    return waits.exclude(recipient__channel__in=held.values("channel")).exclude(
        recipient__free_at__gt=now - PACED
    )


def uncertain() -> QuerySet[Delivery]:
    """Deliveries that wait for a provider's report or a person's decision."""
    return Delivery.objects.filter(state=Delivery.State.UNCERTAIN)


def unsealed_log(*, now: datetime, since: datetime) -> list[Trouble]:
    """Events that nobody seals; asked once the watch looked so long."""
    oldest = waiting_since(before=now - UNSEALED) if now - since >= UNSEALED else None
    if oldest is None:
        return []
    fault = f"The log is not sealed since {clock_time(oldest, now=now)}."
    advice = "Signals go on. See that worker and beat run; then check with manage.py verify_audit."
    return [Trouble(kind="log", title="Log not sealed", fault=fault, advice=advice)]


def _no_candle(last_bar_time: datetime | None, *, now: datetime) -> str:
    if last_bar_time is None:
        return "no candle has come yet"
    return f"no candle since {clock_time(last_bar_time + timedelta(minutes=1), now=now)}"


def clock_time(at: datetime, *, now: datetime) -> str:
    """ "14:05 UTC"; with its day when that is not today's."""
    return f"{at:%H:%M} UTC" if at.date() == now.date() else f"{at:%d %b %H:%M} UTC"


def scheduler_over(name: str) -> str:
    return "The scheduler ticks again."


def feed_over(code: str) -> str:
    """Why the feed of the symbol is not dead any more."""
    symbol = Symbol.objects.enabled().filter(code=code).first()
    if symbol is None:
        return "not watched any more."
    health = FeedHealth.objects.filter(symbol=symbol, feed=symbol.feed).first()
    state = health.state if health else ""
    if state == FeedHealth.State.CLOSED:
        return "the market has closed; the feed is watched again from its opening."
    return "the feed is off." if state == FeedHealth.State.OFF else "candles come again."


def channel_over(slug: str) -> str:
    return f"{CHANNELS[slug].label} sends again."


def uncertain_over(name: str) -> str:
    count = uncertain().count()
    waiting = f"{count} still wait for a decision in Admin, Deliveries." if count else ""
    return f"Messages get answers again. {waiting}".strip()


def overdue_over(name: str) -> str:
    return "No message waits any more; what was too late to be of use is marked expired."


def unsealed_over(name: str) -> str:
    return "The log is sealed again."


def parity_over(name: str) -> str:
    return "The newest day computed again comes out as it was live."


OVER: dict[str, Callable[[str], str]] = {
    "scheduler": scheduler_over,
    "feed": feed_over,
    "channel": channel_over,
    "uncertain": uncertain_over,
    "overdue": overdue_over,
    "parity": parity_over,
    "log": unsealed_over,
}
"""What to say when an alarm of the kind is over, by the name it is about."""
