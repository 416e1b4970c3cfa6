"""Which bars may be stored, and what is wrong with the others. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from markets.batch import Batch
from markets.sessions import Calendar, has_closed_between

MAX_JUMP = 0.03  # of the price, from one close to any price of the next minute
AGREEING = 3  # bars that make a new level believable
EARLIEST = int(datetime(1971, 1, 1, tzinfo=UTC).timestamp())  # before that no pair floated
CLOCK_SLACK = 5  # seconds the source's clock may be ahead
JUMP = "jumps"  # first word of each refusal for a jump
OPEN, HIGH, LOW, CLOSE = range(4)


@dataclass(frozen=True)
class Rejection:
    """A bar that is not stored: where it stood, when it says it opened, and why."""

    line: int
    time: datetime | None
    reason: str
    raw: dict[str, str]


@dataclass(frozen=True)
class Known:
    """What is stored already and matters for the next bars.

    `close` and `time` are those of the stored bar before the batch, `newest` the newest
    stored time (seconds since 1970), `suspects` the closes of refused jumps since then.
    """

    time: int | None = None
    close: float = float("nan")
    newest: int | None = None
    suspects: tuple[float, ...] = ()


def faults_alone(batch: Batch, *, now: datetime) -> dict[int, str]:
    """Index -> reason, for each bar that is wrong whatever was stored before it."""
    with np.errstate(invalid="ignore"):
        ask = np.where(batch.has_ask[:, None], batch.ask, batch.bid)
        checks = (
            (~np.isfinite(batch.bid).all(axis=1), "a price is not a number"),
            ((batch.bid <= 0).any(axis=1), "a price is zero or negative"),
            (_is_twisted(batch.bid), "low and high do not enclose open and close"),
            (~np.isfinite(ask).all(axis=1), "an ask price is missing or not a number"),
            ((ask <= 0).any(axis=1), "an ask price is zero or negative"),
            (_is_twisted(ask), "ask low and high do not enclose ask open and close"),
            (~(batch.volume >= 0) | np.isinf(batch.volume), "the volume is not a count"),
            (batch.times % 60 != 0, "its time is not a whole minute"),
            (batch.times < EARLIEST, "its time is before 1971"),
            (batch.times > now.timestamp() + CLOCK_SLACK, "its time is in the future"),
            (batch.times + 60 > now.timestamp(), "the bar is not closed yet"),
        )
    found: dict[int, str] = dict(batch.faults)
    for is_bad, reason in checks:
        for row in np.flatnonzero(is_bad).tolist():
            found.setdefault(row, reason)
    return found


def faults_in_sequence(
    batch: Batch, known: Known, *, calendar: Calendar, may_fill: bool, is_stored: NDArray[np.bool_]
) -> dict[int, str]:
    """Index -> reason, for bars that are late or jump; `batch` holds bars right by themselves.

    A bar that jumps is refused until AGREEING bars in a row, itself included, stand on the
    new level; over a time when the market was closed any jump is believed. `may_fill`: bars
    older than their predecessors are welcome (the batch is then in order of time).
    `is_stored` marks bars whose minute is stored: they were judged before.
    """
    late = np.zeros(len(batch), dtype=np.bool_) if may_fill else _is_late(batch, known, is_stored)
    found = {
        row: "older than a bar that came before it; stored history is not rewritten"
        for row in np.flatnonzero(late).tolist()
    }
    rows = np.flatnonzero(~late)
    if _has_jump(batch.bid[rows], known.close):
        found |= _jumps(batch, rows.tolist(), known, calendar, is_stored)
    return found


def is_crossed(batch: Batch) -> NDArray[np.bool_]:
    """Where an ask lies below its bid at the open or the close.

    Open and close are quotes of one moment; the highs and lows of bid and ask come from
    different ticks and prove nothing.
    """
    below = batch.ask[:, (OPEN, CLOSE)] < batch.bid[:, (OPEN, CLOSE)]
    return np.asarray(batch.has_ask & below.any(axis=1), dtype=np.bool_)


def _is_twisted(prices: NDArray[np.float64]) -> NDArray[np.bool_]:
    body = prices[:, (OPEN, CLOSE)]
    outside = (prices[:, LOW] > body.min(axis=1)) | (prices[:, HIGH] < body.max(axis=1))
    return np.asarray(outside, dtype=np.bool_)


def _is_late(batch: Batch, known: Known, is_stored: NDArray[np.bool_]) -> NDArray[np.bool_]:
    newest = np.iinfo(np.int64).min if known.newest is None else known.newest
    before = np.maximum.accumulate(np.concatenate(([newest], batch.times)))[:-1]
    return np.asarray((batch.times < before) & ~is_stored, dtype=np.bool_)


def _has_jump(bid: NDArray[np.float64], close: float) -> bool:
    before = np.concatenate(([close], bid[:, CLOSE]))[:-1]
    return bool(is_jump(bid, before).any())


def is_jump(bid: NDArray[np.float64], before: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Where a bar is too far from the close before it; never where that is not known."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(_jump(bid, before) > MAX_JUMP, dtype=np.bool_)


def _jump(bid: NDArray[np.float64], close: NDArray[np.float64]) -> NDArray[np.float64]:
    change = np.abs(bid[:, (HIGH, LOW)] / close[:, None] - 1)
    return np.asarray(change.max(axis=1), dtype=np.float64)


def _jumps(
    batch: Batch,
    rows: Sequence[int],
    known: Known,
    calendar: Calendar,
    is_stored: NDArray[np.bool_],
) -> dict[int, str]:
    found: dict[int, str] = {}
    time, close, suspects = known.time, known.close, _agreeing(known.suspects)
    for row in rows:
        at, bar = int(batch.times[row]), batch.bid[row]
        size = _away(bar, close)
        if is_stored[row] or not size > MAX_JUMP or _slept(calendar, time, at):
            time, close, suspects = at, float(bar[CLOSE]), []
            continue
        if suspects and _away(bar, suspects[-1]) > MAX_JUMP:
            suspects = []
        suspects.append(float(bar[CLOSE]))
        if len(suspects) >= AGREEING:
            time, close, suspects = at, float(bar[CLOSE]), []
            continue
        found[row] = f"{JUMP} {size:.1%} from the close before it ({close:g})"
    return found


def _agreeing(closes: Sequence[float]) -> list[float]:
    """The newest of these closes that stand on one level."""
    level: list[float] = []
    for close in closes:
        agrees = not level or abs(close / level[-1] - 1) <= MAX_JUMP
        level = [*level, close] if agrees else [close]
    return level


def _away(bar: NDArray[np.float64], close: float) -> float:
    return float(max(abs(bar[HIGH] / close - 1), abs(bar[LOW] / close - 1)))


def _slept(calendar: Calendar, earlier: int | None, later: int) -> bool:
    """Whether the market was closed in between and is open again; a weekend tick proves nothing."""
    if earlier is None or later <= earlier:
        return False
    a, b = (datetime.fromtimestamp(t, UTC) for t in (earlier, later))
    return calendar.is_open(b) and has_closed_between(calendar, a, b)
