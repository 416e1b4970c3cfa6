"""Every trial as a point: what it came to in sample across, out of sample up."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

ROOM = 240.0  # width and height in the drawing's own units
MOST = 1_000  # points; more cannot be told apart


@dataclass(frozen=True)
class Scatter:
    points: tuple[tuple[float, float, int], ...]  # x, y, number of the trial
    chosen: tuple[float, float] | None
    zero_x: float
    zero_y: float
    low: str
    high: str
    summary: str


def scatter(trials: Sequence[dict[str, Any]], chosen: int | None) -> Scatter | None:
    """One scale for both axes, zero in it; None with fewer than two trials that have both means."""
    known = [t for t in trials if None not in (t["expectancy_in"], t["expectancy_out"])]
    if len(known) < 2:
        return None
    values = [t[name] for t in known for name in ("expectancy_in", "expectancy_out")]
    low, high = float(min(0.0, *values)), float(max(0.0, *values))
    room = (high - low) or 1.0

    def place(value: float) -> float:
        return round(8 + (ROOM - 16) * ((value - low) / room), 1)

    def point(trial: dict[str, Any]) -> tuple[float, float]:
        return place(trial["expectancy_in"]), ROOM - place(trial["expectancy_out"])

    step = -(-len(known) // MOST)
    winners = sum(t["expectancy_in"] > 0 for t in known)
    lasting = sum(t["expectancy_in"] > 0 and t["expectancy_out"] > 0 for t in known)
    return Scatter(
        points=tuple((*point(trial), trial["number"]) for trial in known[::step]),
        chosen=next((point(trial) for trial in known if trial["number"] == chosen), None),
        zero_x=place(0.0),
        zero_y=ROOM - place(0.0),
        low=f"{low:+.2f} R",
        high=f"{high:+.2f} R",
        summary=(
            f"Of {len(known):,} trials with enough results, {winners:,} earned in sample and "
            f"{lasting:,} of those out of sample, too."
        ),
    )
