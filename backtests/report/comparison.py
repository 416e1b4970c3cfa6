"""Two backtests side by side: what was asked otherwise, what differs, which trades both have."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from backtests.plan import Plan
from backtests.report.asked import asked_lines
from backtests.report.listed import utc
from backtests.report.reading import Reading
from backtests.trades import Trades
from risk.statistics import Figures
from risk.telling.drawing import HEIGHT, WIDTH
from risk.telling.words import (
    UNKNOWN,
    money_text,
    percent_text,
    r_range,
    r_text,
    ratio_text,
    share_text,
    tone_of,
)

Told = Callable[[float | None], str]
SHOWN = 25  # trades of each only one has


@dataclass(frozen=True)
class Asked:
    """One thing that was asked otherwise."""

    name: str
    first: str
    second: str


@dataclass(frozen=True)
class Figure:
    """One figure of both, and by how much the second is more."""

    name: str
    first: str
    second: str
    difference: str
    tone: str = ""


@dataclass(frozen=True)
class Lone:
    """A trade that only one of the two took."""

    symbol: str
    action: str
    decided_at: datetime
    r: str
    tone: str


@dataclass(frozen=True)
class Shared:
    """Trades by symbol, side and the bar that decided."""

    both: int
    only_first: int
    only_second: int
    both_first_r: str  # what those both took came to in the first, and in the second
    both_second_r: str
    first: tuple[Lone, ...]  # some of those only the first took
    second: tuple[Lone, ...]


@dataclass(frozen=True)
class Curves:
    """Two equities in R on one axis of time and one of R, as paths."""

    first: str
    second: str
    zero: float
    highest: float
    lowest: float
    since: datetime
    until: datetime


def asked_otherwise(first: Reading, second: Reading) -> tuple[Asked, ...]:
    """What differs in the question, in the order of the form."""
    mine = {line.name: line.value for line in asked_lines(first.plan)}
    other = {line.name: line.value for line in asked_lines(second.plan)}
    names = dict.fromkeys([*mine, *other])
    pairs = ((name, mine.get(name, UNKNOWN), other.get(name, UNKNOWN)) for name in names)
    return tuple(Asked(*pair) for pair in pairs if pair[1] != pair[2])


def other_bars(first: Reading, second: Reading) -> str:
    """What keeps sums and drawdowns from being compared: "period and feed"; "" nothing."""
    mine, other = first.plan, second.plan
    differing = {
        "symbols": set(mine.symbols) != set(other.symbols),
        "feed": mine.feed != other.feed,
        "period": (mine.start, mine.end) != (other.start, other.end),
    }
    return " and ".join(name for name, differs in differing.items() if differs)


def figures_beside(first: Reading, second: Reading) -> tuple[Figure, ...]:
    """The figures of both; a difference only where both are told.

    More of a sum is better, or worse, only where both had the same bars to earn it on.
    """
    a, b = first.figures, second.figures
    alike = not other_bars(first, second)
    return (
        Figure("Results", f"{a.n:,}", f"{b.n:,}", f"{b.n - a.n:+,}"),
        _figure("Expectancy", a.expectancy_r, b.expectancy_r, r_text, is_good=True),
        Figure("its interval", _interval(a), _interval(b), ""),
        _share("Win rate", a, b),
        _figure("Sum", a.r_sum, b.r_sum, r_text, is_good=alike),
        _figure("Profit factor", a.profit_factor, b.profit_factor, ratio_text, is_good=True),
        _figure("Payoff", a.payoff, b.payoff, ratio_text),
        _figure("Sharpe", a.sharpe, b.sharpe, ratio_text, is_good=True),
        _figure("Deepest drawdown", a.max_drawdown_r, b.max_drawdown_r, r_text, is_good=alike),
        _figure("Net", first.account.net_pct, second.account.net_pct, percent_text, is_good=alike),
        _figure(
            "Gained, account currency", _gained(first), _gained(second), money_text, is_good=alike
        ),
    )


def _gained(reading: Reading) -> float | None:
    balance = reading.account.balance
    return float(balance[-1]) - reading.plan.capital if len(balance) else None


def _interval(told: Figures) -> str:
    return r_range(told.expectancy_interval) or UNKNOWN


def _share(name: str, a: Figures, b: Figures) -> Figure:
    mine, other = (share_text(each.win_rate, n=each.n) for each in (a, b))
    if a.win_rate is None or b.win_rate is None:
        return Figure(name, mine, other, "")
    return Figure(name, mine, other, f"{100 * (b.win_rate - a.win_rate):+z.1f} points")


def _figure(
    name: str, a: float | None, b: float | None, told: Told, *, is_good: bool = False
) -> Figure:
    if a is None or b is None:
        return Figure(name, told(a), told(b), "")
    difference = f"{b - a:+z.2f}" if told is ratio_text else told(b - a)
    return Figure(name, told(a), told(b), difference, tone_of(b - a) if is_good else "")


def shared(first: Reading, second: Reading) -> Shared:
    """Which accepted trades both took: the same symbol, side and deciding bar."""
    mine, other = _keyed(first), _keyed(second)
    both = mine.keys() & other.keys()
    lone = [sorted(each.keys() - both, key=lambda key: key[2]) for each in (mine, other)]
    return Shared(
        both=len(both),
        only_first=len(lone[0]),
        only_second=len(lone[1]),
        both_first_r=r_text(_sum(mine, both)),
        both_second_r=r_text(_sum(other, both)),
        first=tuple(_lone(key, mine[key]) for key in lone[0][:SHOWN]),
        second=tuple(_lone(key, other[key]) for key in lone[1][:SHOWN]),
    )


Key = tuple[str, int, int]  # symbol, side, seconds since 1970


def _keyed(reading: Reading) -> dict[Key, float]:
    """R of each accepted trade; NaN where it is not known."""
    trades: Trades = reading.trades.where(reading.trades.refused == 0)
    symbols = [reading.plan.symbols[place] for place in trades.symbol.tolist()]
    times = trades.decided_at.astype(np.int64).tolist()
    keys = zip(symbols, trades.side.tolist(), times, strict=True)
    return dict(zip(keys, trades.r.tolist(), strict=True))


def _sum(found: dict[Key, float], keys: set[Key]) -> float | None:
    known = [found[key] for key in keys if found[key] == found[key]]
    return sum(known) if known else None


def _lone(key: Key, r: float) -> Lone:
    known = r if r == r else None
    at = utc(np.datetime64(key[2], "s"))
    return Lone(key[0], "BUY" if key[1] > 0 else "SELL", at, r_text(known), tone_of(known))


def curves(first: Reading, second: Reading) -> Curves | None:
    """Both equities as steps, each within its own period; None unless each has a result."""
    equities = first.equity, second.equity
    if not all(len(each.closed_at) for each in equities):
        return None
    times = [each.closed_at.astype(np.int64) for each in equities]
    since, until = min(t[0] for t in times), max(t[-1] for t in times)
    highest = max(0.0, *(float(each.equity_r.max()) for each in equities))
    lowest = min(0.0, *(float(each.equity_r.min()) for each in equities))
    room, span = (highest - lowest) or 1.0, max(1, int(until - since))

    def path(plan: Plan, seconds: np.ndarray, values: np.ndarray) -> str:
        xs = (WIDTH * (seconds - since) / span).round(1).tolist()
        begin, end = (
            round(WIDTH * (at.timestamp() - since) / span, 1) for at in (plan.start, plan.end)
        )
        ys = (4 + (HEIGHT - 8) * (highest - values) / room).round(1).tolist()
        steps = "".join(f"H{x}V{y}" for x, y in zip(xs, ys, strict=True))
        last = min(max(end, xs[-1]), WIDTH)  # a trade may close after the period's end
        return f"M{max(0.0, begin)} {_zero(highest, room)}{steps}H{last}"

    return Curves(
        first=path(first.plan, times[0], first.equity.equity_r),
        second=path(second.plan, times[1], second.equity.equity_r),
        zero=_zero(highest, room),
        highest=highest,
        lowest=lowest,
        since=utc(np.datetime64(int(since), "s")),
        until=utc(np.datetime64(int(until), "s")),
    )


def _zero(highest: float, room: float) -> float:
    return round(4 + (HEIGHT - 8) * highest / room, 1)
