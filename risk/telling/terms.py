"""What each word beside a figure means: the same in the track record and in backtests."""

from dataclasses import dataclass

from risk.statistics import BASIS, BOOTSTRAP, CONFIDENCE, MINIMUM

SURE = f"{CONFIDENCE:.0%}"


@dataclass(frozen=True)
class Term:
    label: str
    meaning: str
    is_private: bool = False  # not told where the record is public


TERMS = {
    "results": Term(
        "Results",
        "Signals no guard refused that have ended with a known result. An ended one whose bars are "
        "missing is undecided and counts nowhere.",
    ),
    "r": Term(
        "R",
        "A result in units of the risk its signal took: the distance from its price to its stop. "
        "A full stop is about -1 R, whatever the symbol and the lots.",
    ),
    "expectancy": Term(
        "Expectancy",
        "The mean result of a signal in R. The interval is where the true mean lies with "
        f"{SURE} confidence if the future resembles this sample ({BOOTSTRAP}); one that includes "
        "zero shows no edge.",
    ),
    "win_rate": Term(
        "Win rate",
        f"The share of results above zero, with its {SURE} interval after Wilson. By itself it "
        "says little: many small wins may pay for one large loss, or not.",
    ),
    "enough": Term(
        "Not enough",
        f"Below {MINIMUM} results no rate, ratio or interval is told: chance would speak, not "
        "the strategy. Counts and sums are told from the first result on.",
    ),
    "profit_factor": Term(
        "Profit factor",
        "R won for each R lost. Above 1 wins outweigh losses; without a loss, none.",
    ),
    "payoff": Term("Payoff", "The mean win divided by the mean loss, both in R."),
    "total": Term(
        "Sum",
        "All results added up, in R and in pips. Spread is paid in each: entries and exits are on "
        "the side that could be traded.",
    ),
    "drawdown": Term(
        "Drawdown",
        "The deepest fall of the summed R from its best so far, and how long it took until that "
        "best was reached again.",
    ),
    "losing_run": Term("Losing run", "The most results below zero in a row, by when they ended."),
    "sharpe": Term("Sharpe", f"Mean by deviation of daily results: {BASIS}."),
    "sortino": Term(
        "Sortino", "As Sharpe, but only days below zero count as deviation. Same basis."
    ),
    "ties": Term(
        "Ties",
        "Stop and target inside one bar: the minute does not tell which came first. They count as "
        "stopped; the range says what the sum would be had the target come first in each.",
    ),
    "guards": Term(
        "Saved by guards",
        "What blocked signals would have come to, judged on the same bars as if they had been "
        "accepted. Positive is what the guard saved, negative what it cost. A signal several "
        "guards blocked counts for each; alone: no other guard would have stopped it.",
        is_private=True,
    ),
    "demo": Term(
        "DEMO", "Judged on prices the mock feed makes up; never added to results on real prices."
    ),
}
