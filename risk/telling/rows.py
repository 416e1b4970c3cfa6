"""Lines of tables: the figures of a group, and what a guard did."""

from collections.abc import Sequence
from dataclasses import dataclass

from risk.guards.registry import guard_title
from risk.statistics import Figures, GuardEffect
from risk.telling.drawing import Whisker
from risk.telling.words import (
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
class GuardRow:
    title: str
    blocked: int
    judged: int
    saved: str
    tone: str
    alone: str  # of signals no other guard would have stopped
    alone_of: str


def row_of(
    figures: Figures,
    *,
    key: str,
    label: str,
    whisker: Whisker | None,
    narrower: str = "",
    others: str = "",
) -> Row:
    """The line of one group."""
    return Row(
        key=key,
        label=label,
        narrower=narrower,
        n=figures.n,
        others=others,
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
