"""Writing down what was evaluated, bar by bar: how a later look knows what the desk saw."""

import hashlib
import json
import struct
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from audit.row_updates import update_rows
from markets.models import Symbol
from risk.models import RiskVersion
from risk.states import Bar, Hole
from signals.models import Journal, Track
from strategies.models import ConfigVersion

_BAR = struct.Struct(">q8d")
HOUR = timedelta(hours=1)
WRITTEN = ("digest", "bars", "last_bar", "hole_ended_at", "hole_minutes")


@dataclass(slots=True)
class Begun:
    """A stored row that may go on, as plain values: a model instance costs five times as much."""

    pk: int
    config_version_id: int
    risk_version_id: int
    settings_hash: str
    code_hash: str
    hour: datetime
    digest: str
    bars: int
    last_bar: datetime
    hole_ended_at: datetime | None
    hole_minutes: int


def chained(digest: str, bar: Bar) -> str:
    """The digest after one more bar: of its open time and its eight prices."""
    prices = (bar.open, bar.high, bar.low, bar.close)
    ask = (bar.ask_open, bar.ask_high, bar.ask_low, bar.ask_close)
    seen = _BAR.pack(int(bar.time.timestamp()), *prices, *ask)
    return hashlib.sha256(digest.encode() + seen).hexdigest()


def digest_of(bars: Iterable[Bar]) -> str:
    """The digest of bars in their order; empty without any."""
    digest = ""
    for bar in bars:
        digest = chained(digest, bar)
    return digest


def settings_hash(
    version: ConfigVersion, risk_version: RiskVersion, terms: Mapping[str, Any]
) -> str:
    """Of everything that is set and has a say in a decision, as it is stored."""
    said = {"config": version.snapshot, "risk": risk_version.snapshot, "terms": dict(terms)}
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def terms_now(symbol: Symbol, *, feed: str, max_delay: timedelta) -> dict[str, Any]:
    """What is set beside the versions: of the symbol, which has none, and of the desk."""
    return {
        "symbol": symbol.code,
        "digits": symbol.digits,
        "pip": f"{symbol.pip_size.normalize():f}",
        "feed": feed,
        "max_delay_seconds": int(max_delay.total_seconds()),
    }


def newest_row(track: Track) -> Journal | None:
    """The row of `track` that was written last."""
    return track.journal.order_by(F("first_bar").desc()).first()


def newest_rows(track_ids: Iterable[int], *, since: datetime) -> dict[int, Begun]:
    """Track id -> its newest row of the hour of `since` or a later one; one query."""
    hour = since.replace(minute=0, second=0, microsecond=0)
    rows = Journal.objects.filter(track__in=track_ids, first_bar__gte=hour).order_by("first_bar")
    found = rows.values_list("track_id", *(each.name for each in fields(Begun)))
    return {track_id: Begun(*values) for track_id, *values in found}


def save_rows(rows: Iterable[Journal | Begun]) -> None:
    """Store what keepers added, of one track or of many; two queries."""
    every = list(rows)
    new = [row for row in every if isinstance(row, Journal) and not row.pk]
    update_rows([row for row in every if row.pk], WRITTEN, model=Journal)
    Journal.objects.bulk_create(new)


@dataclass(kw_only=True)
class JournalKeeper:
    """The journal of one track while it moves over a stretch of bars."""

    track: Track
    version: ConfigVersion
    risk_version: RiskVersion
    terms: dict[str, Any]
    settings: str
    code: str
    newest: Callable[[], Journal | Begun | None]  # the row written last
    rows: list[Journal | Begun] = field(default_factory=list)

    def add(self, bar: Bar, hole: Hole | None) -> None:
        """Note that `bar` was evaluated, and the newest hole after it."""
        row = self._row(bar.time)
        row.digest = chained(row.digest, bar)
        row.bars += 1
        row.last_bar = bar.time
        row.hole_ended_at = hole.ended_at if hole else None
        row.hole_minutes = hole.minutes if hole else 0

    def _row(self, at: datetime) -> Journal | Begun:
        if self.rows and at - self.rows[-1].hour < HOUR:  # bars come in order
            return self.rows[-1]
        hour = at.replace(minute=0, second=0, microsecond=0)
        if not self.rows:
            self.rows += self._last_written(hour)
        if not self.rows or self.rows[-1].hour != hour:
            self.rows.append(self._new(hour, at))
        return self.rows[-1]

    def _last_written(self, hour: datetime) -> list[Journal | Begun]:
        """The newest row of the track if it goes on: the same hour, settings and code."""
        newest = self.newest()
        same = ("config_version_id", "risk_version_id", "settings_hash", "code_hash", "hour")
        wanted = (self.version.pk, self.risk_version.pk, self.settings, self.code, hour)
        goes_on = newest and tuple(getattr(newest, name) for name in same) == wanted
        return [newest] if newest and goes_on else []

    def _new(self, hour: datetime, at: datetime) -> Journal:
        return Journal(
            track=self.track,
            hour=hour,
            config_version=self.version,
            risk_version=self.risk_version,
            terms=self.terms,
            settings_hash=self.settings,
            code_hash=self.code,
            first_bar=at,
            last_bar=at,
            bars=0,
            digest="",
        )
