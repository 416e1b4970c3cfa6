"""The ways a track record is cut: by symbol, strategy, version, action, and by time of entry."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signals.track_record.entries import Entries
from strategies.models import ConfigVersion

Keys = NDArray[np.int64]
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOUR, DAY = 3600, 86_400  # seconds
THURSDAY = 3  # 1970-01-01


@dataclass(frozen=True)
class Version:
    """One version of a config: what it ran on, and its place among the others."""

    config: int
    number: int
    symbol: str
    strategy: str
    timeframe: str

    @property
    def config_label(self) -> str:
        return f"{self.symbol} {self.strategy} {self.timeframe}"

    @property
    def label(self) -> str:
        return f"{self.config_label} v{self.number}"


@dataclass(frozen=True, kw_only=True)
class Piece:
    """The part of a cut that shares one thing: its key in URLs and JSON, and its name."""

    key: str
    label: str
    entries: Entries
    version: Version | None = None  # where all of them are of one config


def read_versions(ids: Iterable[int]) -> dict[int, Version]:
    """The versions with these ids; one query, none for none."""
    wanted = list(ids)
    rows = (
        ConfigVersion.objects.filter(pk__in=wanted)
        .order_by()
        .values_list(
            *("pk", "config_id", "number", "config__symbol__code", "config__strategy"),
            "snapshot__timeframe",
        )
    )
    return {pk: Version(*told) for pk, *told in (rows if wanted else ())}


def pieces(entries: Entries, by: str, versions: Mapping[int, Version]) -> list[Piece]:
    """`entries` cut by one of CUTS, in the order it is read in; only what has any."""
    if by in OF_VERSION:
        return _by_version(entries, OF_VERSION[by], versions, is_one_config=by in ONE_CONFIG)
    keys, say = OF_ENTRY[by](entries)
    return [_piece(*say(int(key)), entries.where(keys == key)) for key in np.unique(keys)]


def _by_version(
    entries: Entries,
    name: Callable[[Version], tuple[str, str]],
    versions: Mapping[int, Version],
    *,
    is_one_config: bool,
) -> list[Piece]:
    """Cut by what a version says of itself: several versions may share it."""
    alike: dict[tuple[str, str], list[int]] = {}
    for pk in sorted(versions, key=lambda each: _order(versions[each])):
        alike.setdefault(name(versions[pk]), []).append(pk)
    found = (
        (key, label, entries.where(np.isin(entries.version, pks)), versions[pks[-1]])
        for (key, label), pks in (alike.items() if is_one_config else sorted(alike.items()))
    )
    return [
        Piece(key=key, label=label, entries=part, version=version if is_one_config else None)
        for key, label, part, version in found
        if len(part)
    ]


def _order(version: Version) -> tuple[str, str, str, int, int]:
    return version.symbol, version.strategy, version.timeframe, version.config, version.number


def _piece(key: str, label: str, entries: Entries) -> Piece:
    return Piece(key=key, label=label, entries=entries)


Said = Callable[[int], tuple[str, str]]


def _action(entries: Entries) -> tuple[Keys, Said]:
    return 1 - entries.is_buy.astype(np.int64), lambda key: (("BUY", "SELL")[key],) * 2


def _hour(entries: Entries) -> tuple[Keys, Said]:
    hours = entries.bar_closed_at.astype(np.int64) % DAY // HOUR
    return hours, lambda key: (f"{key:02}", f"{key:02}:00")


def _weekday(entries: Entries) -> tuple[Keys, Said]:
    days = (entries.bar_closed_at.astype(np.int64) // DAY + THURSDAY) % 7
    return days, lambda key: (str(key + 1), WEEKDAYS[key])


def _month(entries: Entries) -> tuple[Keys, Said]:
    seconds = entries.bar_closed_at.astype(np.int64).astype("datetime64[s]")
    months = seconds.astype("datetime64[M]").astype(np.int64)
    return months, lambda key: (str(np.datetime64(key, "M")),) * 2


OF_ENTRY: dict[str, Callable[[Entries], tuple[Keys, Said]]] = {
    "action": _action,
    "hour": _hour,
    "weekday": _weekday,
    "month": _month,
}
"""By what the entry was, and by when its bar closed, in UTC."""

OF_VERSION: dict[str, Callable[[Version], tuple[str, str]]] = {
    "symbol": lambda version: (version.symbol, version.symbol),
    "strategy": lambda version: (version.strategy, version.strategy),
    "config": lambda version: (str(version.config), version.config_label),
    "version": lambda version: (f"{version.config}-v{version.number}", version.label),
}
ONE_CONFIG = ("config", "version")

CUTS = {
    "symbol": "Symbol",
    "strategy": "Strategy",
    "version": "Version",
    "action": "Action",
    "hour": "Hour of entry (UTC)",
    "weekday": "Weekday of entry (UTC)",
    "month": "Month of entry (UTC)",
}
"""The cuts of the track record with their names; `config` is one more that scripts may ask for."""

GUARD, DELAY, STANDING = EXTRAS = ("guard", "delay", "standing")  # asked for beside the cuts
EVERYTHING = (*CUTS, *EXTRAS)
