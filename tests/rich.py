"""A desk on which everything has happened: a row of every kind, most of them by the desk itself.

For galleries, crawls and the lists of Admin. The hours of prices are the mock feed's own, so the
strategies decide on them as on any day.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from rest_framework_simplejwt.tokens import RefreshToken

from audit.log import log_event
from audit.sealing import seal_pending
from backtests.asking import parse_plan
from backtests.running import test as tested
from backtests.runs import claim, finish, queue_backtest
from dashboard.seed import seed_desk
from delivery.alarms import raise_alarm
from delivery.channel_states import pause_channel
from delivery.models import (
    Attempt,
    Callback,
    Consent,
    Delivery,
    Inbound,
    Post,
    ProviderStatus,
    Recipient,
)
from delivery.pauses import pause, resume
from markets.feeds.mock import Mock
from markets.ingest import store_bars
from markets.models import Candle, CandleRevision, FeedQuota, RejectedBar, Symbol
from risk.versions import report_daily_loss
from signals.engine import tick
from signals.models import Difference, ParityCheck, PriceSeen, Run, Signal
from strategies.models import StrategyConfig
from strategies.versions import save_config
from tests.backtests.sweeps.rows import judged_sweep
from tests.builders import make_delivery, make_key, make_message, make_recipient, make_user
from tests.signals.past import make_past

PHONE = "+447911123456"  # of the first recipient; no viewer may read it
NAMES = ("Anna", "Bea", "Carlos", "Dora", "Emil", "Farah", "Gus", "Hana")
STATES = ("read", "delivered", "sent", "uncertain", "failed", "expired", "cancelled", "pending")
WHY = {
    "uncertain": "timeout: no answer within 8 s after the request was written",
    "failed": "131026: message undeliverable",
    "expired": "too late to be of use",
    "cancelled": "kill_switch",
    "pending": "connect: no connection within 4 s",
}


@dataclass(frozen=True)
class Rich:
    """Ids for the addresses of pages."""

    signal: int  # closed, with messages in every state
    blocked: int
    flat: int | None
    message: int
    uncertain: int
    config: int
    event: int
    symbol: int
    code: str  # of that symbol
    minute: str  # when the signal was decided, UTC
    backtest: int  # one that is done
    sweep: int  # with its verdict

    @property
    def ids(self) -> dict[str, int | str | None]:
        return dict(vars(self))


def make_rich_desk(*, now: datetime, hours: int = 10) -> Rich:
    """The rows, as of `now`."""
    decide(now, hours=hours)
    config = _change_settings(now)
    make_past(list(StrategyConfig.objects.select_related("symbol")), now=now)
    people = _people(now)
    signal = Signal.objects.public().filter(status="closed").exclude(action="FLAT").first()
    assert signal
    _look_back(signal, now=now)
    message = _messages(signal, people, now=now)
    _other_messages(people, now=now)
    _prices_seen(signal, now=now)
    _incoming(now)
    _access(now)
    _troubles(now)
    seal_pending()
    blocked = Signal.objects.live().filter(status="blocked").first()
    flat = Signal.objects.public().filter(action="FLAT").values_list("pk", flat=True).first()
    return Rich(
        signal=signal.pk,
        blocked=blocked.pk if blocked else signal.pk,
        flat=flat,
        message=message,
        uncertain=Delivery.objects.get(state="uncertain").pk,
        config=config.pk,
        event=_sent_by_hand(signal, now=now),
        symbol=signal.symbol_id,
        code=signal.symbol.code,
        backtest=_backtests(signal.symbol, now=now),
        minute=f"{signal.bar_closed_at:%Y-%m-%dT%H:%M}",
        sweep=judged_sweep(now=now).pk,
    )


def _sent_by_hand(signal: Signal, *, now: datetime) -> int:
    """The id of an event that somebody caused."""
    text = f"{signal} once more to 1 recipient."
    facts = {"at": now, "actor": "sam", "subject": signal.message_key, "text": text}
    return log_event("delivery.resent", **facts).pk


def decide(now: datetime, *, hours: int) -> None:
    """Seed, store the mock feed's last hours and let the engine walk over them, in time."""
    begin = now - timedelta(hours=hours)
    seed_desk(now=begin)
    for symbol in Symbol.objects.enabled():
        feed = Mock.from_settings(settings)
        bars = feed.closed_bars(symbol.for_feed(), after=begin, now=now)
        store_bars(symbol, "mock", bars, now=now)
    tick(now=now)
    for signal in Signal.objects.all():  # as if each minute had been looked at when it was new
        signal.issued_at = signal.bar_closed_at + timedelta(seconds=3)
        signal.late = False
        signal.save(update_fields=["issued_at", "late"])


def _change_settings(now: datetime) -> StrategyConfig:
    config = StrategyConfig.objects.filter(strategy="ema_rsi")[0]
    for fast in (10, 14):
        config.parameters = {**config.parameters, "fast": fast}
        save_config(config, by="sam", now=now - timedelta(hours=3))
    report_daily_loss(1, by="sam", now=now)
    pause(reason="Payrolls at 13:30", by="sam", now=now - timedelta(hours=4))
    resume(by="sam", now=now - timedelta(hours=3, minutes=30))
    Run.objects.create(kind="rehearsal", terms={"symbol": "EURUSD"}, started_at=now)
    return config


def _look_back(signal: Signal, *, now: datetime) -> None:
    """Yesterday computed again: one decision came out otherwise, one bar came late."""
    day = (now - timedelta(days=1)).date()
    look = ParityCheck.objects.create(
        run=signal.run, day=day, checked_at=now, bars=4320, decisions=9, messages=7, differences=2
    )
    track = signal.position.track
    found = {"check_of": look, "track": track, "at": now - timedelta(days=1)}
    shows = {"detail": "the candle of 12:04 was revised at 12:31", "now": "nothing"}
    Difference.objects.create(
        **found, **shows, signal=signal, what="decision", cause="revised_bar", was=str(signal)
    )
    Difference.objects.create(
        **found,
        what="bars",
        cause="late_bar",
        was="58 bars",
        now="59 bars",
        detail="12:40 was late",
    )


def _people(now: datetime) -> list[Recipient]:
    people = [make_recipient(NAMES[0], address=PHONE), *map(make_recipient, NAMES[1:])]
    for person in people[:3]:
        facts = {"channel": "whatsapp", "address": person.address, "at": now}
        Consent.objects.create(recipient=person, action="opt_in", source="signed form", **facts)
    return people


def _messages(signal: Signal, people: Sequence[Recipient], *, now: datetime) -> int:
    """The id of the signal's message, one copy in each state."""
    times = {"created_at": now, "deliver_by": now + timedelta(minutes=5)}
    message = make_message(signal.message_key, **times)
    posted = now - timedelta(seconds=50)
    for person, state in zip(people, STATES, strict=True):
        values = {"reason": WHY.get(state, ""), "created_at": now}
        if state in ("read", "delivered", "sent", "uncertain", "failed"):
            values |= {"sending_at": posted, "sent_at": posted}
        make_delivery(message=message, recipient=person, state=state, **values)
    unsure = Delivery.objects.get(state="uncertain")
    Attempt.objects.create(
        delivery=unsure,
        post=unsure.post,
        channel="whatsapp",
        at=now,
        outcome="unknown",
        code="timeout",
        detail="no answer within 8 s after the request was written",
    )
    return message.pk


def _prices_seen(signal: Signal, *, now: datetime) -> None:
    """What three of the copies cost who got them."""
    for number, copy in enumerate(Delivery.objects.filter(message__key=signal.message_key)[:3]):
        at, price = signal.bar_closed_at + timedelta(seconds=4 + number), signal.price
        told = {"sent_at": at, "sent_price": price, "read_at": now, "read_price": None}
        PriceSeen.objects.create(signal=signal, delivery=copy, **told)


def _other_messages(people: Sequence[Recipient], *, now: datetime) -> None:
    told = Delivery.objects.values_list("message__key", flat=True)
    rest = [each for each in Signal.objects.public()[:30] if each.message_key not in set(told)]
    for number, signal in enumerate(rest):
        message = make_message(signal.message_key, title=str(signal), created_at=now)
        for person, state in zip(people[number % 3 :], STATES[:3], strict=False):
            make_delivery(message=message, recipient=person, state=state, created_at=now)


def _incoming(now: datetime) -> None:
    post = Post.objects.filter(statuses=None)[0]
    Post.objects.filter(pk=post.pk).update(provider_id="wamid.1")
    seen = {"channel": "whatsapp", "received_at": now}
    ProviderStatus.objects.create(
        **seen, provider_id="wamid.1", post=post, status="delivered", at=now
    )
    Callback.objects.create(**seen, digest="1" * 64, body='{"object": "x"}', processed_at=now)
    anna = Recipient.objects.get(name=NAMES[0])
    Inbound.objects.create(
        **seen, provider_id="in.1", recipient=anna, address=PHONE, text="/last", command="last"
    )


def _access(now: datetime) -> None:
    make_key("signals:read")
    RefreshToken.for_user(make_user("tara", "viewer"))
    RefreshToken.for_user(make_user("tom", "staff")).blacklist()
    door = {"username": "mallory", "ip_address": "192.0.2.7", "user_agent": "curl"}
    AccessAttempt.objects.create(**door, failures_since_start=3)
    AccessFailureLog.objects.create(**door)
    AccessLog.objects.create(**door)


def _troubles(now: datetime) -> None:
    symbol = Symbol.objects.first()
    assert symbol
    candle = Candle.objects.filter(symbol=symbol)[0]
    prices = {f"{side}{name}": 1.1 for side in ("", "ask_") for name in PRICES}
    later = {"candle": candle, "ask_source": "feed", "observed_at": now, **prices}
    CandleRevision.objects.create(**later)
    bad = {"symbol": symbol, "feed": "mock", "digest": "1", "observed_at": now}
    RejectedBar.objects.create(**bad, reason="its low is above its close", raw={"close": "1.1"})
    FeedQuota.objects.create(feed="twelvedata", day=now.date(), used=12, minute=now)
    reason = "190: Error validating access token: the session has expired."
    pause_channel("whatsapp", code="190", reason=reason, probe_after=timedelta(minutes=5), now=now)
    text = "5 messages are not being sent, due since 12:05 UTC. See that a worker runs."
    raise_alarm("overdue", title="Messages wait", text=text, now=now)


def _backtests(symbol: Symbol, *, now: datetime) -> int:
    """The id of one that is done, over the last hours; another one waits."""
    asked = {"symbols": symbol.code, "feed": "mock", "strategy": "ema_rsi"}
    plan = parse_plan({**asked, "start": now - timedelta(hours=4), "end": now, "guards": "none"})
    queue_backtest(plan, by="sam", now=now)
    [run] = claim(1, worker="w", now=now)
    finish(run, tested(plan), now=now)
    queue_backtest(plan, by="sam", now=now)
    return run.pk


PRICES = ("open", "high", "low", "close")
