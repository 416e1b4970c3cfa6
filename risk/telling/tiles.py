"""The figures at a glance: each a value, what belongs beside it, and the term that explains it."""

from dataclasses import dataclass

from risk.statistics import Figures
from risk.telling.terms import SURE, TERMS
from risk.telling.words import (
    UNKNOWN,
    counted,
    pips_text,
    r_range,
    r_text,
    ratio_text,
    share_range,
    share_text,
    span_text,
    tone_of,
)


@dataclass(frozen=True)
class Tile:
    term: str
    value: str
    note: str = ""
    tone: str = ""

    @property
    def label(self) -> str:
        return TERMS[self.term].label

    @property
    def meaning(self) -> str:
        return TERMS[self.term].meaning

    @property
    def is_known(self) -> bool:
        return self.value != UNKNOWN


@dataclass(frozen=True)
class Headline:
    """What the record comes to, in one line and one sentence."""

    tile: Tile
    verdict: str


def headline(figures: Figures) -> Headline:
    """Expectancy with its interval and what that says; below the minimum how many are missing."""
    mean, interval = figures.expectancy_r, figures.expectancy_interval
    if mean is None or interval is None:
        needed = f"{figures.n} of {figures.n + figures.missing}"
        verdict = (
            "Rates and intervals are told from that many results on; what can be counted is below."
        )
        return Headline(Tile("enough", f"Not enough signals yet: {needed}"), verdict)
    if interval.low > 0:
        verdict, tone = "The whole interval lies above zero.", "tone-good"
    elif interval.high < 0:
        verdict, tone = "The whole interval lies below zero.", "tone-bad"
    else:
        verdict, tone = "The interval includes zero: no edge is shown, either way.", ""
    note = f"a signal, {SURE} interval {r_range(interval)}"
    return Headline(Tile("expectancy", r_text(mean), note, tone), verdict)


def tiles(figures: Figures, *, others: str = "") -> tuple[Tile, ...]:
    """The other figures, those told of any sample first; `others` are in none of them."""
    return (
        Tile("results", f"{figures.n:,}", _counts(figures, others)),
        _win_rate(figures),
        Tile("profit_factor", ratio_text(figures.profit_factor), _why_none(figures, "no loss")),
        Tile("payoff", ratio_text(figures.payoff), _why_none(figures, "no win or no loss")),
        Tile(
            "total",
            r_text(figures.r_sum),
            pips_text(figures.pips_sum) if figures.n else "",
            tone_of(figures.r_sum),
        ),
        Tile("drawdown", r_text(figures.max_drawdown_r), drawdown_note(figures)),
        Tile("losing_run", f"{figures.longest_losing_run:,}", "results below zero in a row"),
        *_risk_ratios(figures),
        _ties(figures),
    )


def drawdown_note(figures: Figures) -> str:
    """Since when and how long, and whether the best was reached again."""
    started, lasted = figures.drawdown_started_at, figures.drawdown_lasted
    if started is None or lasted is None:
        return "it never fell below its best" if figures.n else ""
    ended = "recovered" if figures.is_recovered else "not recovered"
    return f"from {started:%d %b %Y}, {span_text(lasted)}, {ended}"


def _counts(figures: Figures, others: str) -> str:
    parts = [f"{figures.wins:,} won", f"{figures.losses:,} lost"]
    parts += [f"{figures.even:,} even"] if figures.even else []
    parts += [others] if others else []
    return ", ".join(parts)


def _win_rate(figures: Figures) -> Tile:
    between = share_range(figures.win_rate_interval, n=figures.n)
    note = f"{SURE} interval {between}" if between else _why_none(figures, "")
    return Tile("win_rate", share_text(figures.win_rate, n=figures.n), note)


def _why_none(figures: Figures, reason: str) -> str:
    """Why a ratio of enough results is not told, if it is not."""
    if not figures.is_enough:
        return f"told from {figures.n + figures.missing} results on"
    is_told = figures.profit_factor is not None and figures.payoff is not None
    return "" if is_told else reason


def _risk_ratios(figures: Figures) -> tuple[Tile, Tile]:
    days = counted(figures.days, "trading day")
    note = f"a year, over {days}" if figures.sharpe is not None else f"only {days} so far"
    return (
        Tile("sharpe", ratio_text(figures.sharpe), note),
        Tile("sortino", ratio_text(figures.sortino), note),
    )


def _ties(figures: Figures) -> Tile:
    if not figures.ties or figures.r_sum is None:
        return Tile("ties", f"{figures.ties:,}", "no bar held both stop and target")
    hopeful = figures.r_sum + figures.tie_r
    return Tile("ties", f"{figures.ties:,}", f"{r_text(figures.r_sum)} to {r_text(hopeful)} in all")
