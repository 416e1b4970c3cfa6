"""Tables of the track record: its groups one below the other."""

from collections.abc import Sequence
from dataclasses import dataclass

from risk.telling.drawing import Whisker, axis
from risk.telling.rows import Row, row_of
from signals.track_record import CUTS, Asked, Group

NARROWING = ("symbol", "strategy")  # cuts that are filters as well


@dataclass(frozen=True)
class Cut:
    name: str
    label: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class CutLink:
    slug: str
    label: str
    query: str
    is_current: bool


def cut_links(asked: Asked, chosen: str) -> tuple[CutLink, ...]:
    """A tab for each cut; the first needs no word in the URL."""
    first = next(iter(CUTS))
    return tuple(
        CutLink(
            slug=slug,
            label=label.partition(" of ")[0],
            query=asked.query(cut="" if slug == first else slug),
            is_current=slug == chosen,
        )
        for slug, label in CUTS.items()
    )


def cut(name: str, groups: Sequence[Group], asked: Asked) -> Cut:
    """The groups of one cut with their intervals on one axis."""
    shared = axis([group.figures for group in groups])
    rows = (_row(group, name, asked, shared.whisker(group.figures)) for group in groups)
    return Cut(name, CUTS[name], tuple(rows))


def _row(group: Group, name: str, asked: Asked, whisker: Whisker | None) -> Row:
    return row_of(
        group.figures,
        key=group.key,
        label=group.label,
        whisker=whisker,
        narrower=_narrower(group, name, asked),
        others=others(group),
    )


def _narrower(group: Group, name: str, asked: Asked) -> str:
    is_there = name not in NARROWING or getattr(asked, name) == group.key
    return "" if is_there else asked.query(**{name: group.key})


def others(group: Group) -> str:
    """What of `group` is in none of its figures: 2 open, 1 blocked."""
    counts = {"open": group.open, "blocked": group.blocked, "undecided": group.undecided}
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)
