"""The track record as scripts and files get it: numbers to go on with, never without their n."""

from typing import Any

import numpy as np

from access.times import iso
from risk.guards.registry import guard_title
from risk.statistics import (
    BASIS,
    BOOTSTRAP,
    CONFIDENCE,
    MINIMUM,
    Equity,
    Figures,
    GuardEffect,
    Interval,
)
from signals.contract import Json
from signals.track_record.curve import thinned
from signals.track_record.notice import DEMO, FOUND_LATE
from signals.track_record.record import Group, TrackRecord

TERMS: Json = {
    "minimum": MINIMUM,
    "confidence": CONFIDENCE,
    "win_rate_interval": "Wilson",
    "r_mean_interval": BOOTSTRAP,
    "sharpe_and_sortino": BASIS,
}
"""How the figures are made, said beside them."""


def record_json(record: TrackRecord) -> Json:
    """What the figures are of, what they leave out, and those of the whole."""
    asked = record.asked
    return {
        "notice": " ".join([record.notice, *warnings(record)]),
        "basis": asked.basis,
        "source": asked.source,
        "terms": TERMS,
        "left_out": {
            "other_basis": record.left_out.other_basis,
            "other_source": record.left_out.other_source,
        },
        "total": group_json(record.whole) | {"is_demo": record.is_demo},
    }


def warnings(record: TrackRecord) -> list[str]:
    """What must be said of all the figures, beside the notice."""
    late = [FOUND_LATE] if record.asked.basis == "catch_up" else []
    return [*late, DEMO] if record.is_demo else late


def groups_json(record: TrackRecord, by: str) -> list[Json]:
    """Each group of a cut: its key and name, what its entries share, its figures."""
    demo = {"is_demo": record.is_demo}
    return [_shared(group, by) | group_json(group) | demo for group in record.cuts.get(by, [])]


def _shared(group: Group, by: str) -> Json:
    """Symbol, strategy, config and version, null where its entries differ."""
    of = group.version
    return {
        "key": group.key,
        "label": group.label,
        "strategy": group.key if by == "strategy" else of and of.strategy,
        "symbol": group.key if by == "symbol" else of and of.symbol,
        "config": of and of.config,
        "version": f"v{of.number}" if of and by == "version" else None,
    }


def group_json(group: Group) -> Json:
    """The counts, then the figures; `blocked` is left out where it is not told."""
    counts = {
        "n": group.figures.n,
        "expired": group.expired,
        "undecided": group.undecided,
        "open": group.open,
        "blocked": group.blocked,
    }
    told = {name: count for name, count in counts.items() if count is not None}
    return told | figures_json(group.figures)


def figures_json(figures: Figures) -> Json:
    """Rates and R to four places, pips to two; null where there is too little to tell it from."""
    lasted = figures.drawdown_lasted
    return {
        "wins": figures.wins,
        "losses": figures.losses,
        "even": figures.even,
        "is_enough": figures.is_enough,
        "missing": figures.missing,
        "win_rate": rounded(figures.win_rate, 4),
        "win_rate_interval": _interval(figures.win_rate_interval),
        "r_sum": rounded(figures.r_sum, 4),
        "r_mean": rounded(figures.expectancy_r, 4),
        "r_mean_interval": _interval(figures.expectancy_interval),
        "r_best": rounded(figures.best_r, 4),
        "r_worst": rounded(figures.worst_r, 4),
        "pips_sum": rounded(figures.pips_sum, 2),
        "pips_mean": rounded(figures.pips_mean, 2),
        "return_pct_sum": rounded(figures.return_pct_sum, 4),
        "profit_factor": rounded(figures.profit_factor, 4),
        "payoff": rounded(figures.payoff, 4),
        "days": figures.days,
        "sharpe": rounded(figures.sharpe, 4),
        "sortino": rounded(figures.sortino, 4),
        "max_drawdown_r": rounded(figures.max_drawdown_r, 4),
        "drawdown_started_at": figures.drawdown_started_at and iso(figures.drawdown_started_at),
        "drawdown_seconds": None if lasted is None else int(lasted.total_seconds()),
        "is_recovered": figures.is_recovered,
        "longest_losing_run": figures.longest_losing_run,
        "ties": figures.ties,
        "tie_r": rounded(figures.tie_r, 4),
    }


def guard_json(effect: GuardEffect) -> Json:
    """What the signals one guard refused came to, and those no other guard refused."""
    return {
        "guard": effect.guard,
        "title": guard_title(effect.guard),
        "blocked": effect.blocked,
        "judged": effect.judged,
        "saved_r": rounded(effect.saved_r, 4),
        "alone_blocked": effect.alone_blocked,
        "alone_judged": effect.alone_judged,
        "alone_saved_r": rounded(effect.alone_saved_r, 4),
    }


def equity_json(curve: Equity) -> Json:
    """The curve in no more than `curve.POINTS` points, and of how many it is."""
    told = thinned(curve)
    columns = (told.closed_at, told.equity_r.round(4), told.drawdown_r.round(4))
    return {
        "results": len(curve.equity_r),
        "is_thinned": len(told.equity_r) < len(curve.equity_r),
        "points": [
            {"closed_at": f"{np.datetime_as_string(at)}Z", "equity_r": r, "drawdown_r": below}
            for at, r, below in zip(columns[0], *(c.tolist() for c in columns[1:]), strict=True)
        ],
    }


def rounded(value: float | None, places: int) -> float | None:
    """None stays None; no minus before a zero."""
    return None if value is None else round(value, places) + 0.0


def _interval(interval: Interval | None) -> dict[str, Any] | None:
    if interval is None:
        return None
    return {"low": rounded(interval.low, 4), "high": rounded(interval.high, 4)}
