"""A live config beside its shadow: the same minutes, both as the desk recorded them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.strategies.situations import live_run
from dashboard.strategies.words import differences
from risk.statistics import MINIMUM, Figures, Interval, Sample, figures
from risk.statistics.intervals import bootstrap
from risk.statistics.ratios import daily_r
from signals.models import Signal
from strategies.models import ConfigVersion, Mode, StrategyConfig
from strategies.snapshots import Difference

SHOWN = 50  # signals only one of them made
Key = tuple[datetime, str]  # bar and action


@dataclass(frozen=True)
class Alone:
    """A signal only one of the two made."""

    pk: int
    at: datetime
    action: str
    price: str
    is_shadow: bool
    r: float | None


@dataclass(frozen=True)
class Compared:
    """Figures of both since the younger of their current versions."""

    live: ConfigVersion
    shadow: ConfigVersion
    since: datetime
    differs: tuple[Difference, ...]
    both: int
    only_live: int
    only_shadow: int
    alone: tuple[Alone, ...]  # the newest
    live_figures: Figures
    shadow_figures: Figures
    days: int  # trading days
    difference: float | None  # R a trading day, shadow less live
    interval: Interval | None
    difference_sum: float  # R

    @property
    def is_decided(self) -> bool:
        """Whether any signal of either has a result."""
        return self.live_figures.n + self.shadow_figures.n > 0


def pair_of(config: StrategyConfig) -> tuple[StrategyConfig, StrategyConfig] | None:
    """The live and the shadow config of one place; None where one of them is not there."""
    place = {"symbol": config.symbol_id, "strategy": config.strategy}
    found = StrategyConfig.objects.filter(timeframe=config.timeframe, **place)
    by_mode = {each.mode: each for each in found.select_related("symbol")}
    if Mode.LIVE in by_mode and Mode.SHADOW in by_mode:
        return by_mode[Mode.LIVE], by_mode[Mode.SHADOW]
    return None


def compared(live_config: StrategyConfig, shadow_config: StrategyConfig) -> Compared:
    """The two beside each other; blocked and late signals count on neither side."""
    live, shadow = live_config.current_version, shadow_config.current_version
    since = max(live.created_at, shadow.created_at)
    mine, theirs = _signals(live_config, since), _signals(shadow_config, since)
    ours, others = _by_key(mine), _by_key(theirs)
    lone = [ours[key] for key in ours.keys() - others.keys()]
    lone += [others[key] for key in others.keys() - ours.keys()]
    newest = sorted(lone, key=lambda each: each.bar_time, reverse=True)[:SHOWN]
    days = daily_r(_difference(mine, theirs))
    is_told = len(days) >= MINIMUM
    return Compared(
        live=live,
        shadow=shadow,
        since=since,
        differs=differences(live.snapshot, shadow.snapshot),
        both=len(ours.keys() & others.keys()),
        only_live=len(ours.keys() - others.keys()),
        only_shadow=len(others.keys() - ours.keys()),
        alone=tuple(map(_alone, newest)),
        live_figures=figures(_sample(mine)),
        shadow_figures=figures(_sample(theirs)),
        days=len(days),
        difference=float(days.mean()) if is_told else None,
        interval=bootstrap(days) if is_told else None,
        difference_sum=float(days.sum()),
    )


def _signals(config: StrategyConfig, since: datetime) -> list[Signal]:
    """Its accepted entries on bars that opened since then, with what became of each."""
    rows = Signal.objects.filter(run=live_run(), config=config, bar_time__gte=since, late=False)
    entries = rows.exclude(action="FLAT").exclude(status=Signal.Status.BLOCKED)
    return list(entries.select_related("position").defer("evidence").order_by("bar_time"))


def _by_key(signals: Sequence[Signal]) -> dict[Key, Signal]:
    return {(signal.bar_time, signal.action): signal for signal in signals}


def _row(signal: Signal, sign: int) -> tuple[datetime, float, float, float, float | None] | None:
    """A judged signal as statistics take it; None while it runs, and where nobody knows."""
    position = getattr(signal, "position", None)
    if position is None or position.closed_at is None or position.r_multiple is None:
        return None
    hopeful = position.r_optimistic
    return (
        position.closed_at,
        sign * position.r_multiple,
        sign * position.pips,
        sign * position.return_pct,
        None if hopeful is None else sign * hopeful,
    )


def _sample(signals: Sequence[Signal]) -> Sample:
    return Sample.of(row for each in signals if (row := _row(each, 1)))


def _difference(live: Sequence[Signal], shadow: Sequence[Signal]) -> Sample:
    """Shadow less live: day by day, the sum of both is what the shadow was better by."""
    pairs = [(each, 1) for each in shadow] + [(each, -1) for each in live]
    return Sample.of(row for each, sign in pairs if (row := _row(each, sign)))


def _alone(signal: Signal) -> Alone:
    row = _row(signal, 1)
    return Alone(
        pk=signal.pk,
        at=signal.bar_closed_at,
        action=signal.action,
        price=signal.price_text,
        is_shadow=signal.is_shadow,
        r=row[1] if row else None,
    )
