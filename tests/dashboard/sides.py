"""What the desk recorded and what a backtest found, as frames of one shape."""

from datetime import datetime

import numpy as np
import pandas as pd

from backtests.found import Found
from backtests.trades import REASONS
from risk.core.values import DATA_GAP, FLAT, SL, TRAILING_STOP
from signals.models import Position, Signal, Track

NAMES = ["side", "price", "sl", "tp", "confidence", "refused", "entered_at", "entry_price"]
NAMES += ["closed_at", "exit_price", "reason", "is_gap", "pips", "r", "r_optimistic", "return_pct"]
NAMES += ["mfe_pips", "mae_pips"]
STOPS = [REASONS[SL], REASONS[TRAILING_STOP]]


def desk_trades(track: Track) -> pd.DataFrame:
    """The trades of a track that were filled and ended, by the minute that decided."""
    ended = track.positions.filter(state="closed", entry_at__isnull=False)
    rows = [_row(each) for each in ended.select_related("signal").order_by("signal__bar_time")]
    return pd.DataFrame(rows, columns=["decided_at", *NAMES]).set_index("decided_at")


def _row(held: Position) -> tuple:
    signal = held.signal
    refused = {refusal["guard"] for refusal in signal.refusals}
    numbers = (held.pips, held.r_multiple, held.r_optimistic, held.return_pct)
    return (
        seconds(signal.bar_time),
        1 if signal.action == "BUY" else -1,
        *(_float(price) for price in (signal.price, signal.sl, signal.tp, signal.confidence)),
        ",".join(sorted(refused)),
        *(seconds(held.entry_at), _float(held.entry_price)),
        *(seconds(held.closed_at), _float(held.exit_price)),
        *(held.reason, held.is_gap),
        *(_float(number) for number in (*numbers, held.mfe_pips, held.mae_pips)),
    )


def backtest_trades(found: Found) -> pd.DataFrame:
    """The trades of a backtest, by the minute that decided."""
    columns = {name: getattr(found.trades, name) for name in NAMES}
    slugs = [
        [g for k, g in enumerate(found.guards) if bits >> k & 1] for bits in columns["refused"]
    ]
    columns["refused"] = [",".join(sorted(each)) for each in slugs]
    columns["reason"] = [REASONS[code] for code in columns["reason"]]
    for name in ("entered_at", "closed_at"):
        columns[name] = columns[name].astype("int64")
    index = pd.Index(found.trades.decided_at.astype("int64"), name="decided_at")
    return pd.DataFrame(columns, index=index)


def differences(one: pd.DataFrame, other: pd.DataFrame) -> list[str]:
    """Each trade that only one side has, and each field that is not the same to the last bit."""
    alone = [f"{at}: one side only" for at in one.index.symmetric_difference(other.index)]
    both = one.index.intersection(other.index)
    for name in one.columns:
        left, right = one.loc[both, name], other.loc[both, name]
        differs = (left != right) & ~(left.isna() & right.isna())
        alone += [f"{at}: {name} {left[at]!r}, {right[at]!r}" for at in both[differs]]
    return alone


def desk_flats(track: Track) -> set[tuple[int, int]]:
    """(bar that decided to leave, bar that decided the entry) of each FLAT of a track.

    Without those whose fill was lost in missing minutes: of them a trade tells only that.
    """
    flats = Signal.objects.filter(run=track.run, config=track.config, action="FLAT")
    known = flats.exclude(ends__position__reason=REASONS[DATA_GAP])
    pairs = known.values_list("bar_time", "ends__bar_time")
    return {(seconds(at), seconds(entry)) for at, entry in pairs}


def backtest_flats(
    trades: pd.DataFrame, opens: np.ndarray, length: int, *, trails: bool
) -> set[tuple[int, int]]:
    """The same, as the trades of a backtest over bars that open at `opens` imply them.

    A trade that leaves by rule was told on the bar before its fill; a filled stop of a trailing
    strategy on its own bar, unless that bar has a new entry: it never has two records.
    """
    taken = trades[trades["refused"] == ""]
    left = taken[taken["reason"] == REASONS[FLAT]]
    before = opens[np.searchsorted(opens, left["closed_at"]) - 1]
    flats = set(zip(before.tolist(), left.index.tolist(), strict=True))
    if not trails:
        return flats
    stopped = taken[taken["reason"].isin(STOPS)]
    within = stopped["closed_at"] - np.where(stopped["is_gap"], 0, length)
    told = zip(within.tolist(), stopped.index.tolist(), strict=True)
    return flats | {pair for pair in told if pair[0] not in taken.index}


def seconds(at: datetime) -> int:
    return int(at.timestamp())


def _float(value: object) -> float:
    return float("nan") if value is None else float(value)
