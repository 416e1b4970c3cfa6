"""The heat map of a sweep: two settings against each other, the best of the others in each cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

STEPS = 4  # shades on each side of zero
MOST_VALUES = 40  # of one axis: more cannot be read


@dataclass(frozen=True)
class Cell:
    """The best trial with these two values."""

    text: str
    shade: str  # a class: heat-4 (best) over heat-0 to heat-minus-4
    number: int | None  # of the trial
    title: str
    is_chosen: bool


@dataclass(frozen=True)
class HeatMap:
    """One row for each value of `y`."""

    x: str
    y: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]


def heat_map(
    trials: Sequence[dict[str, Any]],
    *,
    x: str,
    y: str,
    measure: str,
    chosen: int | None,
    labels: Mapping[str, str],
) -> HeatMap | None:
    """The best `measure` of all trials in each cell; None without two settings to set out."""
    across, down = (sorted({trial[name] for trial in trials}) for name in (x, y))
    if x == y or not 1 < max(len(across), len(down)) <= MOST_VALUES:
        return None
    best: dict[tuple[Any, Any], dict[str, Any]] = {}
    for trial in trials:
        place = (trial[y], trial[x])
        if place not in best or _value(trial, measure) > _value(best[place], measure):
            best[place] = trial
    most = max((abs(trial[measure]) for trial in trials if trial[measure] is not None), default=0)
    rows = tuple(
        (
            _shown(row),
            tuple(_cell(best.get((row, column)), measure, most, chosen) for column in across),
        )
        for row in down
    )
    return HeatMap(labels[x], labels[y], tuple(map(_shown, across)), rows)


def _value(trial: dict[str, Any], measure: str) -> float:
    value = trial[measure]
    return float("-inf") if value is None else float(value)


def _cell(trial: dict[str, Any] | None, measure: str, most: float, chosen: int | None) -> Cell:
    if trial is None:
        return Cell("", "", None, "not tried", False)
    value, number = trial[measure], trial["number"]
    is_chosen = number == chosen
    if value is None:
        return Cell("-", "", number, f"trial {number}: too few results", is_chosen)
    return Cell(f"{value + 0.0:+.2f}", _shade(value, most), number, f"trial {number}", is_chosen)


def _shade(value: float, most: float) -> str:
    """How far from zero, in STEPS of the furthest."""
    step = round(STEPS * abs(value) / most) if most else 0
    return f"heat-minus-{step}" if value < 0 and step else f"heat-{step}"


def _shown(value: Any) -> str:
    return f"{value:g}" if not isinstance(value, bool) else {True: "on", False: "off"}[value]
