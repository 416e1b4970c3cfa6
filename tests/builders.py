"""Rows for tests, with fixed values; name only what the test is about."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.contrib.auth.models import User
from django.utils import timezone

from access.factors.store import add_app, add_passkey, unused_codes
from access.models import ApiKey
from access.roles import set_role
from delivery.models import Delivery, Message, Post, Recipient
from markets.models import Candle, Symbol
from risk.versions import ensure_settings
from signals.models import Run, Signal, Tick
from strategies.models import StrategyConfig
from strategies.versions import new_config, save_config

PASSWORD = "pa55-word!"
APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of everybody's authenticator app
NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday


def make_symbol(code: str = "EURUSD", **values: Any) -> Symbol:
    """A demo pair with a typical spread of one pip."""
    defaults = {"digits": 5, "pip_size": Decimal("0.0001"), "typical_spread_pips": 1.0}
    return Symbol.objects.create(code=code, **{**defaults, **values})


def make_candles(
    symbol: Symbol,
    *,
    start: datetime = datetime(2026, 11, 18, 10, 0, tzinfo=UTC),
    closes: Sequence[float],
    feed: str | None = None,
    ask_source: str = "feed",
    ask_shift: float = 0.0001,
) -> list[Candle]:
    """One candle a minute; each opens at its close and spans two pips around it."""
    candles = []
    for n, close in enumerate(closes):
        bid = {"open": close, "high": close + 0.0001, "low": close - 0.0001, "close": close}
        candles.append(
            Candle(
                symbol=symbol,
                feed=feed or symbol.feed,
                time=start + timedelta(minutes=n),
                observed_at=start + timedelta(minutes=n + 1, seconds=3),
                volume=1.0,
                typical_spread=symbol.typical_spread,
                ask_source=ask_source,
                **bid,
                **{f"ask_{side}": price + ask_shift for side, price in bid.items()},
            )
        )
    return Candle.objects.bulk_create(candles)


def make_config(
    symbol: Symbol | None = None, strategy: str = "ema_rsi", **values: Any
) -> StrategyConfig:
    """A live M1 config with the defaults, saved at noon, so that it has its version v1."""
    config = new_config(symbol or make_symbol(), strategy)
    for name, value in values.items():
        setattr(config, name, value)
    save_config(config, by="test", now=NOON)
    return config


def make_recipient(name: str = "Anna", **values: Any) -> Recipient:
    """Somebody on WhatsApp who wants everything; each has a number of their own."""
    number = f"+4479111{Recipient.objects.count():05d}"
    return Recipient.objects.create(
        **{"name": name, "channel": "whatsapp", "address": number, "opted_in_at": NOON, **values}
    )


def make_message(key: str = "signal:1", **values: Any) -> Message:
    """A signal message that may be sent for five minutes from noon; the same one for a key."""
    defaults = {
        "kind": "signal",
        "title": "EURUSD BUY",
        "text": "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi",
        "deliver_by": NOON + timedelta(minutes=5),
        "created_at": NOON,
    }
    return Message.objects.get_or_create(key=key, defaults={**defaults, **values})[0]


def make_delivery(
    *,
    message: Message | None = None,
    recipient: Recipient | None = None,
    state: str = "pending",
    **values: Any,
) -> Delivery:
    """One copy due at noon, with the traces its state asks for."""
    message = message or make_message(f"signal:{1000 + Message.objects.count()}")
    recipient = recipient or make_recipient()
    traces: dict[str, Any] = {}
    if state == "claimed":
        traces = {"claimed_until": NOON + timedelta(seconds=36)}
    elif state not in ("pending", "expired", "cancelled"):
        post = Post.objects.create(channel=recipient.channel, body_hmac="0" * 64, created_at=NOON)
        traces = {"post": post, "sending_at": NOON, "sent_at": NOON}
    times = {"deliver_by": message.deliver_by, "due_at": NOON, "created_at": NOON}
    owner = {"message": message, "recipient": recipient, "state": state}
    return Delivery.objects.create(**{**owner, **times, **traces, **values})


def make_user(username: str = "anna", role: str = "viewer", **values: Any) -> User:
    """Somebody with a role who can log in with PASSWORD."""
    user = User.objects.create_user(username, password=PASSWORD, **values)
    set_role(user, role)
    return user


def make_key(*scopes: str, **values: Any) -> tuple[ApiKey, str]:
    """An API key and its text."""
    key, text = ApiKey.objects.create_key(name="script", scopes=list(scopes), **values)
    return key, text


def make_signal(
    symbol: Symbol | None = None,
    *,
    run: str = "live",
    minutes_ago: int = 1,
    strategy: str = "ema_rsi",
    config: StrategyConfig | None = None,
    **values: Any,
) -> Signal:
    """A live EURUSD BUY whose bar closed `minutes_ago`, good for two hours."""
    symbol = symbol or Symbol.objects.filter(code="EURUSD").first() or make_symbol()
    config = config or StrategyConfig.objects.filter(symbol=symbol, strategy=strategy).first()
    config = config or make_config(symbol, strategy)
    history, _ = Run.objects.get_or_create(kind=run, defaults={"started_at": NOON})
    closed_at = timezone.now().replace(second=0, microsecond=0) - timedelta(minutes=minutes_ago)
    facts = {
        "action": "BUY",
        "price": Decimal("1.08523"),
        "sl": Decimal("1.08323"),
        "tp": Decimal("1.08723"),
        "confidence": 0.72,
        "lots_hint": Decimal("0.10"),
        "bar_time": closed_at - timedelta(minutes=1),
        "bar_closed_at": closed_at,
        "issued_at": closed_at + timedelta(seconds=3),
        "expires_at": closed_at + timedelta(hours=2),
        "status": "open",
    }
    return Signal.objects.create(
        run=history,
        config=config,
        config_version=config.current_version,
        risk_version=ensure_settings(by="test", now=NOON),
        symbol=symbol,
        strategy=strategy,
        timeframe=config.timeframe,
        feed=symbol.feed,
        digits=symbol.digits,
        pip_size=symbol.pip_size,
        **{**facts, **values},
    )


def make_tick(*, at: datetime, **values: Any) -> Tick:
    """A tick of its own interval."""
    return Tick.objects.create(**{"at": at, "slot": at, **values})


def make_app(user: User) -> list[str]:
    """An authenticator app with APP_SECRET, made anew; its recovery codes."""
    Authenticator.objects.filter(user=user).delete()
    add_app(user, APP_SECRET, step=0, now=NOON)
    return unused_codes(user)


def app_code(secret: str = APP_SECRET, *, steps: int = 0) -> str:
    """What the app shows now, or some half minutes later or earlier."""
    step = int(timezone.now().timestamp()) // 30 + steps
    return format_hotp_value(hotp_value(secret, step))


def make_passkey(user: User, name: str = "Phone") -> int:
    """The id of a passkey that can be listed, renamed and removed, but signs nothing."""
    add_passkey(user, name, {}, now=NOON)
    return Authenticator.objects.filter(user=user, type="webauthn").latest("pk").pk
