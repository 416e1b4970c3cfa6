"""Changing a symbol: checked, stored and logged together."""

from datetime import datetime

from django.db import transaction

from audit.log import log_event
from markets.models import Symbol

WATCHED = ("code", "digits", "pip_size", "typical_spread_pips", "feed", "is_enabled")


@transaction.atomic
def save_symbol(symbol: Symbol, *, by: str, now: datetime) -> Symbol:
    """Store a new or changed symbol and log what changed; no change, no event."""
    symbol.full_clean()
    before = Symbol.objects.filter(pk=symbol.pk).values(*WATCHED).first() or {}
    symbol.save()
    after = {name: getattr(symbol, name) for name in WATCHED}
    changes = {
        name: [str(before[name]) if before else None, str(after[name])]
        for name in WATCHED
        if not before or before[name] != after[name]
    }
    if changes:
        what = ", ".join(f"{name} {old} -> {new}" for name, (old, new) in changes.items())
        text = f"{symbol.code} changed: {what}" if before else f"{symbol.code} added"
        log_event(
            "symbol.changed" if before else "symbol.added",
            at=now,
            text=text,
            actor=by,
            subject=f"symbol:{symbol.pk}",
            payload=changes,
        )
    return symbol
