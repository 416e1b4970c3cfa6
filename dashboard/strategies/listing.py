"""The list of what runs on which symbol, as frozen values for the page."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from dashboard.strategies.decisions import Decided, decided
from dashboard.strategies.situations import Situation, live_run, situations
from dashboard.strategies.why import Why, why_not
from dashboard.strategies.words import (
    Setting,
    is_shadow,
    own_settings,
    stop_text,
    target_text,
)
from strategies.models import ConfigVersion
from strategies.wording import title_of


@dataclass(frozen=True)
class ConfigRow:
    """One config: what it runs, what it did last, and why it does nothing now."""

    pk: int
    symbol: str
    is_demo: bool
    slug: str
    title: str
    timeframe: str
    is_shadow: bool
    is_enabled: bool
    version: str
    saved_at: datetime
    saved_by: str
    settings: tuple[Setting, ...]
    stop: str
    target: str
    last: Decided | None
    why: Why


@dataclass(frozen=True)
class SymbolGroup:
    """The configs of one symbol."""

    code: str
    is_demo: bool
    is_enabled: bool
    rows: tuple[ConfigRow, ...]


def symbol_groups(*, now: datetime) -> tuple[SymbolGroup, ...]:
    """Every config, by symbol."""
    found = situations(ConfigVersion.objects.current(), now=now, live=live_run())
    by_code: dict[str, list[Situation]] = defaultdict(list)
    for situation in found:
        by_code[situation.symbol.code].append(situation)
    return tuple(
        SymbolGroup(
            code, rows[0].symbol.is_demo, rows[0].symbol.is_enabled, tuple(map(config_row, rows))
        )
        for code, rows in by_code.items()
    )


def config_row(situation: Situation) -> ConfigRow:
    version, snapshot = situation.version, situation.version.snapshot
    return ConfigRow(
        pk=version.config_id,
        symbol=situation.symbol.code,
        is_demo=situation.symbol.is_demo,
        slug=snapshot["strategy"],
        title=title_of(snapshot["strategy"]),
        timeframe=snapshot["timeframe"],
        is_shadow=is_shadow(snapshot),
        is_enabled=version.config.is_enabled,
        version=version.label,
        saved_at=version.created_at,
        saved_by=version.created_by,
        settings=own_settings(snapshot),
        stop=stop_text(snapshot),
        target=target_text(snapshot),
        last=decided(situation.last) if situation.last else None,
        why=why_not(situation),
    )
