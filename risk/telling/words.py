"""Figures in words: always with a unit, never more digits than the sample can carry."""

from datetime import timedelta

from risk.statistics import Interval

UNKNOWN = "-"
MANY = 1000  # results from which a tenth of a percent means something


def r_text(value: float | None) -> str:
    """`+1.25 R`."""
    return UNKNOWN if value is None else f"{_zero(value):+.2f} R"


def pips_text(value: float | None) -> str:
    """`+12.5 pips`."""
    return UNKNOWN if value is None else f"{_zero(value, 1):+,.1f} pips"


def money_text(value: float | None) -> str:
    """`+1,234.56`, in account currency."""
    return UNKNOWN if value is None else f"{_zero(value):+,.2f}"


def percent_text(value: float | None) -> str:
    """`+12.3%` of a value that is in percent."""
    return UNKNOWN if value is None else f"{_zero(value, 1):+,.1f}%"


def ratio_text(value: float | None) -> str:
    """`1.25`."""
    return UNKNOWN if value is None else f"{_zero(value):.2f}"


def share_text(value: float | None, *, n: int) -> str:
    """`43%`, of MANY results `43.1%`."""
    return UNKNOWN if value is None else f"{100 * value:.{_places(n)}f}%"


def r_range(interval: Interval | None) -> str:
    """`-0.10 to +0.35 R`."""
    if interval is None:
        return ""
    return f"{_zero(interval.low):+.2f} to {_zero(interval.high):+.2f} R"


def share_range(interval: Interval | None, *, n: int) -> str:
    """`29 to 58%`."""
    if interval is None:
        return ""
    places = _places(n)
    return f"{100 * interval.low:.{places}f} to {100 * interval.high:.{places}f}%"


def span_text(lasted: timedelta) -> str:
    """The two largest units: `3 d 4 h`, `5 h 20 min`, `12 min`."""
    minutes = int(lasted.total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def tone_of(value: float | None) -> str:
    """The colour of a result; its sign says the same."""
    if value is None or not _zero(value):
        return "tone-calm"
    return "tone-good" if value > 0 else "tone-bad"


def counted(number: int, what: str, many: str = "") -> str:
    """`1 result`, `2,000 results`."""
    return f"{number:,} {what if number == 1 else many or f'{what}s'}"


def _places(n: int) -> int:
    return 1 if n >= MANY else 0


def _zero(value: float, places: int = 2) -> float:
    """`value` as it will be written: never -0.00."""
    return round(value, places) + 0.0
