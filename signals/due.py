"""Which tracks of a shard have new bars: locked, and told apart by how they are moved."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from markets.frames import Timeframe
from markets.many import Key
from signals.models import Run, Track
from signals.plans import Plan, symbol_facts
from strategies.models import StrategyConfig

NEAR = timedelta(hours=1)  # a config further behind is moved alone, a stretch at a time


@dataclass(kw_only=True)
class Sorted:
    """The locked tracks of a shard by what is to be done with them."""

    near: list[tuple[Track, Plan, Key]] = field(default_factory=list)
    alone: list[Track] = field(default_factory=list)
    broken: list[tuple[Track, Exception]] = field(default_factory=list)


def tracks_of(symbol_ids: Iterable[int]) -> list[Track]:
    """The live tracks of enabled symbols, on the feeds these use now."""
    return [track for track, _ in locked(symbol_facts(symbol_ids), lock=False)]


def locked(symbols: Mapping[int, tuple[Any, ...]], *, lock: bool = True) -> list[tuple[Track, Key]]:
    """The live tracks of these symbols that nobody else is moving, locked until the commit."""
    configs = StrategyConfig.objects.filter(symbol__in=list(symbols))
    symbol_of = dict(configs.values_list("pk", "symbol_id"))
    run = Run.objects.get(kind=Run.Kind.LIVE)
    tracks = Track.objects.filter(run=run, config__in=list(symbol_of))
    if lock:
        tracks = tracks.select_for_update(skip_locked=True, of=("self",))
    found = []
    for track in tracks.defer("reading").order_by("pk"):
        symbol = symbol_of[track.config_id]
        if track.feed == symbols[symbol][-1]:
            track.run = run
            found.append((track, (symbol, track.feed)))
    return found


def sort(
    tracks: Sequence[tuple[Track, Key]],
    plans: Mapping[int, Plan | Exception],
    newest: Mapping[Key, tuple[int, float]],
) -> Sorted:
    """Leave out the tracks without a new bar, and tell the others apart."""
    found = Sorted()
    for track, key in tracks:
        plan = plans.get(track.config_id, LookupError("it has no version"))
        last, _ = newest.get(key, (0, 0.0))
        if isinstance(plan, Exception):
            found.broken.append((track, plan))
        elif last < _first_complete(track.watermark, plan.version.timeframe):
            continue
        elif plan.version.timeframe is Timeframe.M1 and last <= seconds(track.watermark + NEAR):
            found.near.append((track, plan, key))
        else:
            found.alone.append(track)
    return found


def _first_complete(watermark: datetime, timeframe: Timeframe) -> int:
    """Open time of the earliest minute that can complete a bar after `watermark`."""
    step = timeframe.minutes * 60
    return seconds(watermark) // step * step + 2 * step - 60


def seconds(at: datetime) -> int:
    """Whole seconds since 1970."""
    return int(at.timestamp())
