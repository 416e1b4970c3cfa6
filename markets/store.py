"""Storing bars: the good become candles, the others are explained and kept aside."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from markets.batch import Batch
from markets.feeds.registry import FEEDS
from markets.frames import Timeframe
from markets.models import Candle, Symbol, calendar_of
from markets.quarantine import quarantine, refused_jumps
from markets.revisions import keep_revisions
from markets.rows import StoredCandle, insert_candles, resolved_ask, stored_candles
from markets.validation import Known, Rejection, faults_alone, faults_in_sequence, is_crossed


@dataclass(frozen=True)
class StoreResult:
    """What became of a batch; `fresh` counts rejected bars that were never seen before."""

    stored: int = 0
    duplicates: int = 0
    revised: int = 0
    rejected: tuple[Rejection, ...] = ()
    fresh: int = 0


@transaction.atomic
def store_batch(symbol: Symbol, feed: str, batch: Batch, *, now: datetime) -> StoreResult:
    """Judge the bars of one batch, insert the good ones, keep revisions and rejects aside.

    A stored minute is never overwritten, and of a minute sent twice the first stays. The same
    batch again stores nothing.
    """
    may_fill = FEEDS[feed].takes_late_bars
    batch, wrong = _sift(batch, faults_alone(batch, now=now))
    if may_fill:
        batch = batch.take(np.argsort(batch.times, kind="stable"))
    stored = stored_candles(symbol, feed, batch.times)
    faults = faults_in_sequence(
        batch,
        _known(symbol, feed, batch),
        calendar=calendar_of(feed),
        may_fill=may_fill,
        is_stored=_among(batch, stored),
    )
    batch, misplaced = _sift(batch, faults)
    rejected = tuple(sorted(wrong + misplaced, key=lambda rejection: rejection.line))
    added, revised = _insert(symbol, feed, batch, stored, now=now)
    return StoreResult(
        stored=added,
        duplicates=len(batch) - added - revised,
        revised=revised,
        rejected=rejected,
        fresh=quarantine(symbol, feed, rejected, now=now) if rejected else 0,
    )


def _sift(batch: Batch, faults: Mapping[int, str]) -> tuple[Batch, list[Rejection]]:
    """(the bars without a fault, the others with their reason)."""
    if not faults:
        return batch.take(np.arange(len(batch))), []
    rejected = [
        Rejection(int(batch.lines[row]), batch.time(row), reason, batch.raw(row))
        for row, reason in faults.items()
    ]
    return batch.take(np.delete(np.arange(len(batch)), list(faults))), rejected


def _known(symbol: Symbol, feed: str, batch: Batch) -> Known:
    """What is stored before this batch and bears on it."""
    candles = Candle.objects.filter(symbol=symbol, feed=feed, timeframe=Timeframe.M1)
    newest = candles.order_by("-time").values_list("time", "close").first()
    if newest is None or not len(batch):
        return Known()
    first = batch.time(0)
    before: tuple[datetime, float] | None = newest
    if first is not None and newest[0] >= first:
        before = candles.filter(time__lt=first).values_list("time", "close").first()
    if before is None:
        return Known(newest=int(newest[0].timestamp()))
    return Known(
        time=int(before[0].timestamp()),
        close=before[1],
        newest=int(newest[0].timestamp()),
        suspects=refused_jumps(symbol, feed, after=before[0], before=first),
    )


def _insert(
    symbol: Symbol,
    feed: str,
    batch: Batch,
    stored: dict[int, StoredCandle],
    *,
    now: datetime,
) -> tuple[int, int]:
    """(candles added, revisions kept) for bars that may be stored."""
    ask, source = resolved_ask(batch, is_crossed(batch), symbol.typical_spread)
    is_first = np.zeros(len(batch), dtype=np.bool_)
    is_first[np.unique(batch.times, return_index=True)[1]] = True
    new = is_first & ~_among(batch, stored)
    added = insert_candles(symbol, feed, batch.take(new), ask[new], source[new], now=now)
    if added == len(batch):
        return added, 0
    again = ~new if added == new.sum() else np.ones_like(new)  # another process was faster
    stored = stored_candles(symbol, feed, batch.times[again])
    return added, keep_revisions(batch.take(again), ask[again], source[again], stored, now=now)


def _among(batch: Batch, stored: dict[int, StoredCandle]) -> NDArray[np.bool_]:
    return np.isin(batch.times, np.fromiter(stored, np.int64, len(stored)))
