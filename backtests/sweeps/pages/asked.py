"""What a sweep was asked for, in the words of a backtest."""

from collections.abc import Iterator
from dataclasses import replace

from backtests.models import Sweep
from backtests.plan import Plan
from backtests.report.asked import Line, asked_lines, parameters
from backtests.sweeps.writing import said

LEVELS = {  # as a backtest names what every plan has
    "sl_value": "Stop",
    "tp_value": "Target",
    "min_confidence": "Least confidence",
    "expiry_bars": "Idea expires after",
}


def varied_text(sweep: Sweep) -> str:
    """What was tried, in few words: "Fast 5 to 20 in steps of 5"."""
    return ", ".join(f"{title} {words}" for title, words in tried(sweep).items())


def sweep_lines(sweep: Sweep) -> Iterator[Line]:
    """All that was asked, with what was tried where a setting was varied."""
    plan = Plan.of_json(sweep.plan)
    varied = tried(sweep)
    for line in asked_lines(plan):
        if line.name in varied:
            yield Line(line.name, f"tried {varied.pop(line.name)}")
        else:
            yield replace(line, is_usual=True)
    for name, words in varied.items():  # of code that is no more
        yield Line(name, f"tried {words}")


def tried(sweep: Sweep) -> dict[str, str]:
    """By the title of each setting that was varied, its values in words."""
    known = parameters(sweep.plan["strategy"])
    titles = LEVELS | {item.name: item.title for item in known}
    return {titles.get(name, name): said(text) for name, text in sweep.space.items()}
