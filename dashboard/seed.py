"""The first rows of a desk: admin, roles, symbols, strategies, risk settings, recipients."""

import secrets
from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth import get_user_model
from django.db import transaction

from access.roles import Role, set_role, sync_roles
from audit.log import log_event
from delivery.hand_sends import send_test_message
from delivery.recipients import ensure_demo_phone, ensure_listed
from markets.catalog import ensure_holidays
from markets.models import Symbol
from markets.symbols import new_symbol, save_symbol
from risk.versions import ensure_settings
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES
from strategies.versions import ensure_config, save_config

BY = "seed"
SYMBOLS = ("EURUSD", "GBPUSD", "USDJPY")


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
def seed_desk(
    *, now: datetime, whatsapp_to: Iterable[str] = (), telegram_chats: Iterable[str] = ()
) -> list[str]:
    """Add what is missing and change nothing else; a sentence about each address that is none.

    Symbols and strategies are seeded once, so what staff delete stays deleted.
    """
    sync_roles()
    ensure_settings(by=BY, now=now)
    if not Symbol.objects.exists():
        for code in SYMBOLS:
            _seed_symbol(code, now=now)
    for config in StrategyConfig.objects.select_related("symbol"):
        save_config(config, by=BY, now=now)  # a new version where the deciding code is new
    ensure_holidays((now.year, now.year + 1), by=BY, now=now)
    _seed_demo_phone(now)
    return [
        *ensure_listed(whatsapp_to, channel="whatsapp", setting="WHATSAPP_TO", now=now),
        *ensure_listed(telegram_chats, channel="telegram", setting="TELEGRAM_CHAT_ID", now=now),
    ]


def _seed_symbol(code: str, *, now: datetime) -> None:
    symbol = save_symbol(new_symbol(code, feed="mock"), by=BY, now=now)
    for strategy in STRATEGIES:
        ensure_config(symbol, strategy, by=BY, now=now)


def _seed_demo_phone(now: datetime) -> None:
    """The demo phone, greeted once so that its first message need not wait for a signal."""
    phone = ensure_demo_phone(now)
    if not phone.deliveries.exists():
        send_test_message(phone, by=BY, now=now)
