"""The first rows of a desk: admin, roles, symbols, strategies, risk settings, recipients."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib.auth import get_user_model
from django.db import transaction

from access.roles import Role, set_role, sync_roles
from audit.log import log_event
from delivery.recipients import ensure_demo_phone, ensure_whatsapp_recipients
from markets.models import Symbol
from risk.versions import ensure_settings
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES
from strategies.versions import ensure_config, save_config

BY = "seed"
SYMBOLS: dict[str, dict[str, Any]] = {
    "EURUSD": {"digits": 5, "pip_size": Decimal("0.0001"), "typical_spread_pips": 0.7},
    "GBPUSD": {"digits": 5, "pip_size": Decimal("0.0001"), "typical_spread_pips": 0.8},
    "USDJPY": {"digits": 3, "pip_size": Decimal("0.01"), "typical_spread_pips": 0.8},
}


@transaction.atomic
def ensure_admin(username: str, *, password: str, now: datetime) -> str | None:
    """Make the first admin unless there is one; the password only if it was made up here."""
    users = get_user_model().objects
    if users.filter(is_superuser=True).exists() or users.filter(username=username).exists():
        return None
    made_up = None if password else secrets.token_urlsafe(12)
    user = users.create_user(username, password=password or made_up)
    set_role(user, Role.ADMIN)
    log_event("user.created", at=now, actor=BY, subject=f"user:{user.pk}", text=f"Admin {username}")
    return made_up


@transaction.atomic
def seed_desk(*, whatsapp_to: Iterable[str], now: datetime) -> list[str]:
    """Add what is missing and change nothing else; the entries of WHATSAPP_TO that are no numbers.

    Symbols and strategies are seeded once, so what staff delete stays deleted.
    """
    sync_roles()
    ensure_settings(by=BY, now=now)
    if not Symbol.objects.exists():
        for code, terms in SYMBOLS.items():
            _seed_symbol(code, terms, now=now)
    for config in StrategyConfig.objects.select_related("symbol"):
        save_config(config, by=BY, now=now)  # a new version where the deciding code is new
    ensure_demo_phone(now)
    return [entry for entry in whatsapp_to if not _seed_recipient(entry, now=now)]


def _seed_symbol(code: str, terms: dict[str, Any], *, now: datetime) -> None:
    symbol = Symbol(code=code, feed="mock", **terms)
    symbol.full_clean()
    symbol.save()
    for strategy in STRATEGIES:
        ensure_config(symbol, strategy, by=BY, now=now)


def _seed_recipient(entry: str, *, now: datetime) -> bool:
    """Whether `entry` is a phone number; its recipient exists afterwards."""
    try:
        ensure_whatsapp_recipients([entry], now)
    except ValueError:
        return False
    return True
