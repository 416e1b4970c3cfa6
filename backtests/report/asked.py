"""What a backtest was asked for, in words with units."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from backtests.plan import Costs, Plan
from markets.feeds.registry import feed_name
from risk.guards.registry import GUARDS, guard_title
from strategies.parameters import Parameter, describe
from strategies.registry import STRATEGIES
from strategies.wording import distance, title_of


@dataclass(frozen=True)
class Line:
    """One thing asked for; `is_usual`: a setting of the strategy at its default."""

    name: str
    value: str
    is_usual: bool = False


def asked_lines(plan: Plan) -> tuple[Line, ...]:
    """All of it, the strategy's own settings with those left at their defaults."""
    return (
        Line("Symbols", ", ".join(plan.symbols)),
        Line("Feed", feed_name(plan.feed)),
        Line("Decided from", f"{time_text(plan.start)} UTC"),
        Line("Until", f"{time_text(plan.end)} UTC"),
        Line("Timeframe", str(plan.timeframe)),
        Line("Strategy", title_of(plan.strategy)),
        *_settings(plan),
        Line("Stop", stop_text(plan)),
        Line("Target", distance(plan.tp_mode, plan.tp_value)),
        Line("Least confidence", f"{plan.min_confidence:g}" if plan.min_confidence else "any"),
        Line("Idea expires after", f"{plan.expiry_bars} bars"),
        Line("Guards", guards_text(plan)),
        Line("Spread", spread_text(plan.costs)),
        Line("Slippage", f"{plan.costs.slippage_pips:g} pips a fill at market"),
        Line("Commission", f"{plan.costs.commission_pips:g} pips a round trip"),
        Line("Capital", f"{plan.capital:,.2f} account currency"),
        Line("Risk", f"{plan.risk_pct:g}% of it on each trade"),
    )


def _settings(plan: Plan) -> Iterator[Line]:
    for item in parameters(plan.strategy):
        value = plan.parameters.get(item.name, item.default)
        yield Line(item.title, item.shown(value), is_usual=value == item.default)
    known = {item.name for item in parameters(plan.strategy)}
    for name in plan.parameters.keys() - known:  # of code that is no more
        yield Line(name, str(plan.parameters[name]))


def parameters(slug: str) -> tuple[Parameter, ...]:
    """The settings a strategy has today; none where the code no longer has it."""
    return describe(STRATEGIES[slug]) if slug in STRATEGIES else ()


def changed_text(plan: Plan) -> str:
    """Its settings that are not the defaults, in few words: "Fast 10 bars, Stop 2 x ATR 14"."""
    usual = Plan(symbols=(), feed="", start=plan.start, end=plan.end, strategy=plan.strategy)
    parts = [f"{each.name} {each.value}" for each in _settings(plan) if not each.is_usual]
    if (plan.sl_mode, plan.sl_value) != (usual.sl_mode, usual.sl_value):
        parts.append(f"stop {distance(plan.sl_mode, plan.sl_value)}")
    target = None if trails(plan.strategy) else usual.tp_value
    if plan.tp_value != target or (target and plan.tp_mode != usual.tp_mode):
        parts.append(f"target {distance(plan.tp_mode, plan.tp_value)}")
    parts += [f"confidence from {plan.min_confidence:g}"] if plan.min_confidence else []
    parts += [f"expires after {plan.expiry_bars} bars"] if plan.expiry_bars != 120 else []
    return ", ".join(parts)


def costs_text(costs: Costs) -> str:
    """The costs in few words: "stored spread, 0.2 pips slippage"."""
    parts = ["stored spread" if costs.spread_pips is None else f"{costs.spread_pips:g} pips spread"]
    parts += [f"{costs.slippage_pips:g} pips slippage"] if costs.slippage_pips else []
    parts += [f"{costs.commission_pips:g} pips commission"] if costs.commission_pips else []
    return ", ".join(parts)


def period_text(plan: Plan) -> str:
    """`2017-01-02 to 2017-07-01`, with the time of day where it matters."""
    return f"{time_text(plan.start)} to {time_text(plan.end)}"


def time_text(at: datetime) -> str:
    """The day, and the time of day unless it is midnight."""
    return f"{at:%Y-%m-%d}" if at.hour == at.minute == 0 else f"{at:%Y-%m-%d %H:%M}"


def stop_text(plan: Plan) -> str:
    """The stop's distance, and whether it then trails."""
    text = distance(plan.sl_mode, plan.sl_value)
    return f"{text}, then trailing" if trails(plan.strategy) else text


def trails(slug: str) -> bool:
    """Whether a strategy pulls its stop after the price, and so usually has no target."""
    return slug in STRATEGIES and STRATEGIES[slug].trails


def spread_text(costs: Costs) -> str:
    if costs.spread_pips is None:
        return "as the candles have it: their ask, or the symbol's typical spread"
    return f"{costs.spread_pips:g} pips on every bar"


def guards_text(plan: Plan) -> str:
    """Which guards were asked, as the settings kept with the plan switch them."""
    if plan.guards is None:
        return "none: every entry is taken"
    chosen = plan.guards
    on = [slug for slug in GUARDS if chosen.get(slug, {}).get("enabled", True)]
    return ", ".join(map(guard_title, on)) or "none switched on"
