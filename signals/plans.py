"""What each config's current version says, ready to be used: built once, kept in this process.

What a version says and a symbol's facts are part of what is looked up, so what is kept here cannot
be out of date.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Lock
from typing import Any

from markets.models import Symbol, calendar_of
from markets.sessions import Calendar
from risk.deciding_code import running_code
from risk.models import RiskVersion
from risk.states import Terms
from signals.evaluation import terms_of
from signals.journal import settings_hash, terms_now
from strategies.base import Strategy
from strategies.models import ConfigVersion

KEPT = 100_000  # plans of one process, about 5 kB each
FACTS = ("pk", "code", "digits", "pip_size", "typical_spread_pips", "feed")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """One config version on its symbol, as the engine uses it."""

    version: ConfigVersion
    strategy: Strategy
    terms: Terms
    code: str  # hash of the code that decides
    may_enter: bool
    hashes: dict[tuple[Any, ...], str] = field(default_factory=dict)  # by what else is set
    terms_by_delay: dict[timedelta, dict[str, Any]] = field(default_factory=dict)

    def settings(self, risk_version: RiskVersion, terms: Mapping[str, Any]) -> str:
        """`settings_hash`, whose JSON costs more than the decision."""
        key = (risk_version.pk, risk_version.created_at, *terms.values())
        if key not in self.hashes:
            self.hashes.clear()
            self.hashes[key] = settings_hash(self.version, risk_version, terms)
        return self.hashes[key]

    def journal_terms(self, max_delay: timedelta) -> dict[str, Any]:
        """What is set beside the versions, as the journal keeps it; the same dict each time."""
        if max_delay not in self.terms_by_delay:
            symbol = self.version.config.symbol
            self.terms_by_delay[max_delay] = terms_now(
                symbol, feed=symbol.feed, max_delay=max_delay
            )
        return self.terms_by_delay[max_delay]


class Plans:
    """What one process keeps."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Any, ...], Plan] = {}
        self._lock = Lock()

    def of(self, symbols: Mapping[int, tuple[Any, ...]]) -> dict[int, "Plan | Exception"]:
        """Config id -> its plan, or why there is none; `symbols`: id -> FACTS. Two queries."""
        calendars = {feed: calendar_of(feed) for feed in {facts[-1] for facts in symbols.values()}}
        current = ConfigVersion.objects.filter(config__symbol__in=list(symbols)).newest()
        keys = {
            config: (version, said, symbols[symbol], calendars[symbols[symbol][-1]])
            for version, config, symbol, said in current
        }
        with self._lock:
            found: dict[int, Plan | Exception] = {
                config: self._kept[key] for config, key in keys.items() if key in self._kept
            }
        missing = [config for config in keys if config not in found]
        found |= _built({keys[config][0]: keys[config][-1] for config in missing})
        with self._lock:
            if len(self._kept) > KEPT:
                self._kept.clear()
            for config in missing:
                if isinstance(plan := found[config], Plan):
                    self._kept[keys[config]] = plan
        return found

    def forget(self) -> None:
        """Drop all: the database is another one, as between two tests."""
        with self._lock:
            self._kept.clear()


def _built(wanted: Mapping[int, Calendar]) -> dict[int, "Plan | Exception"]:
    """Plans of these versions (id -> calendar), by config."""
    if not wanted:
        return {}
    versions = ConfigVersion.objects.select_related("config__symbol").in_bulk(list(wanted))
    return {version.config_id: _plan(version, wanted[pk]) for pk, version in versions.items()}


def _plan(version: ConfigVersion, calendar: Calendar) -> "Plan | Exception":
    """What a version asks for; an error is kept as a value, to be told for its config alone."""
    try:
        strategy = version.build()
        feed = version.config.symbol.feed
        return Plan(
            version=version,
            strategy=strategy,
            terms=terms_of(version, strategy, feed=feed, calendar=calendar),
            code=running_code(version.snapshot["strategy"]),
            may_enter=bool(version.snapshot["is_enabled"]),
        )
    except Exception as error:  # told and raised by whoever moves the config
        return error


def symbol_facts(symbol_ids: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """Id -> FACTS of those that are enabled."""
    rows = Symbol.objects.filter(pk__in=symbol_ids, is_enabled=True).values_list(*FACTS)
    return {row[0]: row for row in rows}
