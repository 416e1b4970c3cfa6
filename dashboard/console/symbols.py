"""What each symbol gets its prices from, and what runs on it."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import F, FilteredRelation, OuterRef, Q, Subquery

from dashboard.console.answer import Answer, Asked, Json, Table, clock
from markets.models import Symbol
from signals.messages import signal_json
from signals.models import Signal
from strategies.models import StrategyConfig

COLUMNS = ("Symbol", "Feed", "State", "Newest bar", "Last signal", "At", "Strategies")


def symbols(asked: Asked) -> Answer:
    """Every symbol, disabled ones too; three queries whatever their number."""
    rows = list(_symbols())
    last = Signal.objects.for_reading().in_bulk([row.signal_id for row in rows if row.signal_id])
    configs = _configs()
    body = [_json(row, last.get(row.signal_id), configs) for row in rows]
    cells = [_cells(row, last.get(row.signal_id), configs[row.pk]) for row in rows]
    return Answer({"symbols": body}, (Table(COLUMNS, cells, empty="There is no symbol yet."),))


def _symbols() -> Iterable[Any]:
    """Each with the health of its present feed and its newest public signal."""
    newest = Signal.objects.public().filter(symbol=OuterRef("pk"))
    own = FilteredRelation("feed_healths", condition=Q(feed_healths__feed=F("feed")))
    return Symbol.objects.annotate(own=own).annotate(
        state=F("own__state"),
        newest_bar=F("own__last_bar_time"),
        signal_id=Subquery(newest.order_by("-bar_closed_at", "-pk").values("pk")[:1]),
    )


def _configs() -> dict[int, Counter[str]]:
    """For each symbol how many strategies run live, run in shadow, or are off."""
    found: dict[int, Counter[str]] = defaultdict(Counter)
    rows = StrategyConfig.objects.values_list("symbol_id", "mode", "is_enabled")
    for symbol, mode, is_enabled in rows:
        found[symbol][mode if is_enabled else "off"] += 1
    return found


def _json(row: Any, last: Signal | None, configs: dict[int, Counter[str]]) -> Json:
    counts = configs[row.pk]
    return {
        "symbol": row.code,
        "feed": row.feed,
        "is_demo": row.is_demo,
        "is_enabled": row.is_enabled,
        "state": _state(row),
        "newest_bar": row.newest_bar,
        "last_signal": signal_json(last) if last else None,
        "strategies": {name: counts[name] for name in ("live", "shadow", "off")},
    }


def _state(row: Any) -> str:
    return (row.state or "unknown") if row.is_enabled else "off"


def _cells(row: Any, last: Signal | None, counts: Counter[str]) -> tuple[str, ...]:
    listed = [f"{counts[name]} {name}" for name in ("live", "shadow", "off") if counts[name]]
    return (
        row.code,
        f"{row.feed} DEMO" if row.is_demo else row.feed,
        _state(row),
        clock(row.newest_bar),
        f"{last.action} {last.price_text}" if last else "-",
        clock(last.bar_closed_at if last else None),
        ", ".join(listed) or "none",
    )
