"""Samples for tests: name the results, the rest is fixed."""

from datetime import UTC, datetime, timedelta

from risk.statistics import Sample

MONDAY = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)  # 7:00 in New York


def sample(
    *r: float,
    start: datetime = MONDAY,
    step: timedelta = timedelta(hours=1),
    optimistic: dict[int, float] | None = None,
) -> Sample:
    """Results a `step` apart; one R is ten pips and a tenth of a percent."""
    better = optimistic or {}
    return Sample.of(
        (start + n * step, value, 10 * value, value / 10, better.get(n))
        for n, value in enumerate(r)
    )


def at(*moments: datetime) -> Sample:
    """One R at each of `moments`."""
    return Sample.of((moment, 1.0, 10.0, 0.1, None) for moment in moments)
