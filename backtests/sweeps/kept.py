"""The verdict on a sweep as the JSON its row keeps: what its page reads, without the trials."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from backtests.sweeps.judging import Judged, Verdict
from backtests.sweeps.marks import Marks
from backtests.sweeps.wording import at_edges, remarks, sentence
from backtests.trades import Floats
from risk.statistics import MINIMUM, Figures

Json = dict[str, Any]
COLUMNS = (
    "number",
    "n_in",
    "expectancy_in",
    "r_in",
    "sharpe_in",
    "n_out",
    "expectancy_out",
    "r_out",
)


def as_json(
    verdict: Verdict,
    marks: Marks,
    settings: Mapping[int, Mapping[str, Any]],
    criterion: str,
    *,
    said: Callable[[str, Any], str],
) -> Json:
    """All of it as the row keeps it: words, tests, windows, and one line for each trial.

    `said` puts a setting and its value into words.
    """
    number = verdict.choice.number
    chosen = {} if number is None else dict(settings[number])
    names = list(next(iter(settings.values()), {}))
    edges = list(at_edges(chosen, list(settings.values()), said))
    return {
        "opinion": verdict.opinion,
        "text": sentence(verdict),
        "remarks": [*remarks(verdict), *edges],
        "criterion": criterion,
        "trials": verdict.trials,
        "choice": _judged(verdict.choice) | {"settings": chosen},
        "steps": [_step(step, settings) for step in verdict.steps],
        "inside": _figures(verdict.inside),
        "outside": _figures(verdict.outside),
        "deflated": verdict.deflated and asdict(verdict.deflated),
        "luck": verdict.luck and asdict(verdict.luck),
        "names": names,
        "columns": [*COLUMNS, *names],
        "rows": _rows(verdict, marks, settings, names),
    }


def _step(step: Judged, settings: Mapping[int, Mapping[str, Any]]) -> Json:
    return _judged(step) | {"settings": {} if step.number is None else dict(settings[step.number])}


def _judged(step: Judged) -> Json:
    outside = step.outside_days and [str(day) for day in step.outside_days]
    return {
        "number": step.number,
        "inside_days": [str(day) for day in step.inside_days],
        "outside_days": outside,
        "inside": _figures(step.inside),
        "outside": _figures(step.outside),
    }


def _figures(found: Figures) -> Json:
    interval = found.expectancy_interval
    return {
        "n": found.n,
        "expectancy_r": found.expectancy_r,
        "interval": interval and [interval.low, interval.high],
        "win_rate": found.win_rate,
        "r_sum": found.r_sum,
        "sharpe": found.sharpe,
        "profit_factor": found.profit_factor,
        "max_drawdown_r": found.max_drawdown_r,
    }


def _rows(
    verdict: Verdict, marks: Marks, settings: Mapping[int, Mapping[str, Any]], names: Sequence[str]
) -> list[list[Any]]:
    """One line a trial, as COLUMNS and then its settings; no mean of fewer than MINIMUM."""
    count = len(marks.windows)
    inside, outside = slice(0, max(1, count - 1)), slice(max(1, count - 1), count)
    parts = [*_part(marks, inside), _told(marks.sharpe(inside))]
    parts += _part(marks, outside) if outside.start < count else _nothing(marks)
    return [
        [number, *(part[row] for part in parts), *(settings[number][name] for name in names)]
        for row, number in enumerate(marks.numbers)
    ]


def _part(marks: Marks, windows: slice) -> list[list[Any]]:
    n, total = marks.results(windows), marks.days(windows).sum(axis=1)
    mean = np.where(n >= MINIMUM, marks.expectancy(windows), np.nan)
    return [n.tolist(), _told(mean), _told(total)]


def _nothing(marks: Marks) -> list[list[Any]]:
    empty: list[Any] = [None] * len(marks.numbers)
    return [[0] * len(marks.numbers), empty, empty]


def _told(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else round(float(value), 6) for value in values]
