"""What leads from one record to another: the ranges as tabs, the rest as a form."""

from dataclasses import dataclass

from signals.track_record import RANGES, Asked


@dataclass(frozen=True)
class RangeLink:
    slug: str
    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class Chooser:
    ranges: tuple[RangeLink, ...]
    hidden: tuple[tuple[str, str], ...]  # what the form keeps as it is
    has_dates: bool


def chooser(asked: Asked, cut: str, *, typed: str = "") -> Chooser:
    """The ways on from `asked`; `typed` is the range of a question that was not understood."""
    current = typed or asked.range
    kept = {
        "range": "" if current == "all" else current,
        "basis": "" if asked.basis == "live" else asked.basis,
        "source": asked.source,
        "cut": cut,
    }
    return Chooser(
        ranges=tuple(_link(asked, slug, cut, slug == current) for slug in RANGES),
        hidden=tuple((name, value) for name, value in kept.items() if value),
        has_dates=current == "custom",
    )


def _link(asked: Asked, slug: str, cut: str, is_current: bool) -> RangeLink:
    days = {} if slug == "custom" else {"since": "", "until": ""}
    query = asked.query(range="" if slug == "all" else slug, cut=cut, **days)
    return RangeLink(slug, RANGES[slug], query, is_current)
