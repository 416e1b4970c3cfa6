"""Tables of the track record: its groups one below the other, and what each guard did."""

from collections.abc import Sequence
from dataclasses import dataclass

from risk.statistics import Figures, GuardEffect
from signals.pages.record.drawing import Whisker, axis
from signals.pages.record.words import (
    UNKNOWN,
    counted,
    pips_text,
    r_range,
    r_text,
    ratio_text,
    share_range,
    share_text,
    tone_of,
)
from signals.track_record import CUTS, Asked, Group
from signals.verdicts import guard_title

NARROWING = ("symbol", "strategy")  # cuts that are filters as well


@dataclass(frozen=True)
class Row:
    """One group; rates are empty below the minimum, `lacking` then says how many are missing."""

    key: str
    label: str
    narrower: str  # query of this group's own record
    n: int
    others: str  # what is in none of the figures
    lacking: str
    win_rate: str
    win_range: str
    expectancy: str
    expectancy_range: str
    expectancy_tone: str
    whisker: Whisker | None
    total: str
    total_tone: str
    pips: str
    profit_factor: str
    drawdown: str


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


@dataclass(frozen=True)
class GuardRow:
    title: str
    blocked: int
    judged: int
    saved: str
    tone: str
    alone: str  # of signals no other guard would have stopped
    alone_of: str


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
    figures = group.figures
    return Row(
        key=group.key,
        label=group.label,
        narrower=_narrower(group, name, asked),
        n=figures.n,
        others=_others(group),
        lacking=_lacking(figures),
        win_rate=share_text(figures.win_rate, n=figures.n),
        win_range=share_range(figures.win_rate_interval, n=figures.n),
        expectancy=r_text(figures.expectancy_r),
        expectancy_range=r_range(figures.expectancy_interval),
        expectancy_tone=f"tone-{whisker.tone}" if whisker else "tone-calm",
        whisker=whisker,
        total=r_text(figures.r_sum),
        total_tone=tone_of(figures.r_sum),
        pips=pips_text(figures.pips_sum) if figures.n else "",
        profit_factor=ratio_text(figures.profit_factor),
        drawdown=r_text(figures.max_drawdown_r),
    )


def _narrower(group: Group, name: str, asked: Asked) -> str:
    is_there = name not in NARROWING or getattr(asked, name) == group.key
    return "" if is_there else asked.query(**{name: group.key})


def _others(group: Group) -> str:
    counts = {"open": group.open, "blocked": group.blocked, "undecided": group.undecided}
    return ", ".join(f"{count:,} {word}" for word, count in counts.items() if count)


def _lacking(figures: Figures) -> str:
    if figures.is_enough:
        return ""
    return f"not enough: {figures.n} of {figures.n + figures.missing}"


def guard_rows(effects: Sequence[GuardEffect]) -> tuple[GuardRow, ...]:
    """What each guard did, the one with the largest effect first."""
    ranked = sorted(effects, key=lambda effect: -abs(effect.saved_r or 0.0))
    return tuple(
        GuardRow(
            title=guard_title(effect.guard),
            blocked=effect.blocked,
            judged=effect.judged,
            saved=r_text(effect.saved_r) if effect.judged else UNKNOWN,
            tone=tone_of(effect.saved_r),
            alone=r_text(effect.alone_saved_r) if effect.alone_judged else UNKNOWN,
            alone_of=counted(effect.alone_judged, "result") if effect.alone_judged else "",
        )
        for effect in ranked
    )
