"""What the command `backtest` prints: eighty columns, every number with its unit."""

from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from backtests.found import Found
from backtests.plan import Plan
from backtests.report.asked import stop_text
from markets.feeds.registry import feed_name
from risk.guards.registry import guard_title
from strategies.wording import distance, title_of

COLUMNS = 80
HYPOTHETICAL = "What the signals would have done; nobody traded them. Results are after costs."
WIDTH = 26


def report(plan: Plan, found: Found, figures: dict[str, Any], *, is_demo: bool) -> str:
    """The plan, the figures and what they leave out."""
    lines = [*_asked(plan, found, is_demo=is_demo), "", *_figures(plan, figures), ""]
    lines += _limits(plan, found, figures)
    return "\n".join("\n  ".join(wrap(line, COLUMNS - 2)) for line in lines)


def _asked(plan: Plan, found: Found, *, is_demo: bool) -> Iterator[str]:
    demo = "DEMO, made-up prices: " if is_demo else ""
    symbols = ", ".join(plan.symbols)
    yield f"{demo}{title_of(plan.strategy)} on {symbols}"
    yield f"{plan.timeframe} bars of {feed_name(plan.feed)}, {found.bar_count:,} of them"
    yield f"{plan.start:%Y-%m-%d %H:%M} to {plan.end:%Y-%m-%d %H:%M} UTC"
    target = distance(plan.tp_mode, plan.tp_value)
    yield f"Stop {stop_text(plan)}, target {target}"


def _figures(plan: Plan, figures: dict[str, Any]) -> Iterator[str]:
    yield _line("Trades", figures["n"], ",d")
    yield _line("Win rate", _times(figures["win_rate"], 100), ".1f", "%")
    yield _line("Expectancy", figures["expectancy_r"], "+.3f", "R a trade")
    yield _line("Sum", figures["r_sum"], "+,.1f", f"R, {_text(figures['pips_sum'], '+,.1f')} pips")
    yield _line("Profit factor", figures["profit_factor"], ".2f")
    yield _line("Sharpe, a year", figures["sharpe"], ".2f")
    yield _line("Deepest drawdown", figures["max_drawdown_r"], ",.1f", "R")
    risked = f"% of {plan.capital:,.0f}, {plan.risk_pct:g} % risked a trade"
    yield _line("Net", figures["net_pct"], "+.1f", risked)
    yield _line("Refused by guards", figures["refused"], ",d")
    yield _line("Undecided, bars missing", figures["undecided"], ",d")


def _limits(plan: Plan, found: Found, figures: dict[str, Any]) -> Iterator[str]:
    costs = plan.costs
    spread = "of the bars" if costs.spread_pips is None else f"{costs.spread_pips:g} pips"
    yield (
        f"Costs: spread {spread}, slippage {costs.slippage_pips:g} pips a fill at market, "
        f"commission {costs.commission_pips:g} pips a round trip"
    )
    yield f"Guards asked: {_titles(found.guards) or 'none'}"
    if found.left_out:
        yield f"Left out, bars cannot answer for them: {_titles(found.left_out)}"
    if figures["win_rate"] is None:
        yield "Too few trades for rates and ratios: they are told from 30 on."
    yield HYPOTHETICAL


def _titles(guards: Iterable[str]) -> str:
    return ", ".join(map(guard_title, guards))


def _line(name: str, value: float | None, how: str, unit: str = "") -> str:
    return f"{name:{WIDTH}}{_text(value, how):>10} {unit if value is not None else ''}".rstrip()


def _text(value: float | None, how: str) -> str:
    return "-" if value is None else f"{value:{how}}"


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
