"""What the page Docs takes from this very desk: its address, its newest signal, its limits."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from access.throttles import rate
from access.times import iso
from markets.models import Symbol
from signals.messages import signal_json, signal_text
from signals.models import Signal

SAMPLE = {
    "symbol": "EURUSD",
    "timeframe": "M1",
    "action": "BUY",
    "price": 1.08523,
    "sl": 1.08323,
    "tp": 1.08723,
    "confidence": 0.72,
    "strategy": "ema_rsi",
    "version": "v1",
    "expires_at": "2026-11-18T14:00:00Z",
    "issued_at": "2026-11-18T12:00:03Z",
    "id": 1,
    "lots_hint": 0.1,
    "status": "open",
    "blocked_by": [],
    "bar_time": "2026-11-18T11:59:00Z",
    "late": False,
    "outcome": None,
}
SAMPLE_TEXT = "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi"


@dataclass(frozen=True)
class Example:
    """The signal the page explains; `is_real` False: a made-up one, as none is stored yet."""

    id: int
    symbol: str
    price: float
    json: str
    text: str
    is_real: bool


@dataclass(frozen=True)
class Limit:
    """So many requests a minute, and for whom."""

    what: str
    per_minute: int


@dataclass(frozen=True)
class Installation:
    base: str
    example: Example
    bar_time: str  # of a bar that has closed
    limits: tuple[Limit, ...]
    is_public: bool
    is_https: bool
    has_verify_token: bool
    has_app_secret: bool


def installation(*, now: datetime) -> Installation:
    """Two queries at most."""
    bar = now.replace(second=0, microsecond=0) - timedelta(minutes=2)
    return Installation(
        base=settings.PUBLIC_BASE_URL,
        example=_example(),
        bar_time=iso(bar),
        limits=_limits(),
        is_public=settings.PUBLIC_API,
        is_https=settings.IS_HTTPS,
        has_verify_token=bool(settings.WHATSAPP_VERIFY_TOKEN),
        has_app_secret=bool(settings.WHATSAPP_APP_SECRET),
    )


def _example() -> Example:
    entries = Signal.objects.public().filter(action__in=(Signal.Action.BUY, Signal.Action.SELL))
    newest = entries.for_reading().order_by("-bar_closed_at", "-pk").first()
    if newest is None:
        code = Symbol.objects.enabled().values_list("code", flat=True).first()
        symbol, price = code or str(SAMPLE["symbol"]), 1.08523
        return Example(1, symbol, price, _written(SAMPLE), SAMPLE_TEXT, is_real=False)
    facts = signal_json(newest)
    return Example(
        newest.pk,
        newest.symbol.code,
        facts["price"],
        _written(facts),
        signal_text(newest),
        is_real=True,
    )


def _written(facts: object) -> str:
    return json.dumps(facts, indent=2)


def _limits() -> tuple[Limit, ...]:
    """Of each scope, as a number a minute."""
    named = {
        "public": "reading, per key, person or address",
        "write": "writing, per key or person",
        "token": "signing in, refreshing and signing out, per address",
    }
    return tuple(
        Limit(what, requests * 60 // seconds)
        for scope, what in named.items()
        for requests, seconds in [rate(scope)]
    )
