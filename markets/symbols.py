"""Changing a symbol: checked, stored and logged together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.log import log_event
from markets.catalog import pair_of
from markets.models import Symbol
from markets.saving import save_once

WATCHED = ("code", "digits", "pip_size", "typical_spread_pips", "feed", "is_enabled")


def new_symbol(code: str, **values: Any) -> Symbol:
    """An unsaved symbol; what `values` leave out is as usual for that pair."""
    pair = pair_of(code)
    usual = {
        "digits": pair.digits,
        "pip_size": pair.pip_size,
        "typical_spread_pips": pair.spread_pips,
    }
    return Symbol(code=code, **{**usual, **values})


@transaction.atomic
def save_symbol(symbol: Symbol, *, by: str, now: datetime) -> Symbol:
    """Store a new or changed symbol and log what changed; no change, no event."""
    symbol.full_clean()
    before = Symbol.objects.filter(pk=symbol.pk).values(*WATCHED).first() or {}
    save_once(symbol)
    after = {name: getattr(symbol, name) for name in WATCHED}
    changed = [name for name in WATCHED if not before or before[name] != after[name]]
    if changed:
        what = ", ".join(f"{name} {before.get(name)} -> {after[name]}" for name in changed)
        text = f"{symbol.code} changed: {what}" if before else f"{symbol.code} added"
        log_event(
            "symbol.changed" if before else "symbol.added",
            at=now,
            text=text,
            actor=by,
            subject=f"symbol:{symbol.pk}",
            payload={
                "before": {name: str(before[name]) for name in changed} if before else None,
                "after": {name: str(after[name]) for name in changed},
            },
        )
    return symbol


@transaction.atomic
def change_symbol(symbol: Symbol, changes: Mapping[str, Any], *, by: str, now: datetime) -> Symbol:
    """The symbol with `changes` by field, saved; what is not named stays as it is by now."""
    current = Symbol.objects.select_for_update(no_key=True).get(pk=symbol.pk)
    for name, value in changes.items():
        setattr(current, name, value)
    return save_symbol(current, by=by, now=now)
