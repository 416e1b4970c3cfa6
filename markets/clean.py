"""The bars nobody can object to, of many symbols, judged and stored together.

Most minutes bring each symbol one bar that is later than all stored ones and does not jump: those
are inserted in one statement. Everything else takes the long way of `markets.store`, which asks the
same questions and more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from markets.batch import Batch, joined
from markets.models import Symbol
from markets.rows import insert_minutes, resolved_ask
from markets.validation import CLOSE, faults_alone, is_crossed, is_jump


@dataclass(frozen=True)
class Brought:
    """What a feed brought for one symbol, and its newest stored minute (seconds, close)."""

    symbol: Symbol
    feed: str
    batch: Batch
    newest: tuple[int, float] | None


class StoredMeanwhile(Exception):
    """Another process stored some of these minutes at the same time."""


def store_clean(brought: Sequence[Brought], *, now: datetime) -> list[bool]:
    """Which of these were stored, whole; of the others nothing was."""
    if not brought:
        return []
    every = joined([each.batch for each in brought])
    sizes = [len(each.batch) for each in brought]
    owner = np.repeat(np.arange(len(brought)), sizes)
    is_wrong = np.zeros(len(brought), dtype=np.bool_)
    is_wrong[owner[_objections(brought, every, owner, now=now)]] = True
    is_wrong |= [
        bool(each.batch.faults) or not size for each, size in zip(brought, sizes, strict=True)
    ]
    chosen = ~is_wrong[owner]
    try:
        _insert(brought, every.take(chosen), owner[chosen], now=now)
    except StoredMeanwhile:
        return [False] * len(brought)
    return (~is_wrong).tolist()


def _objections(
    brought: Sequence[Brought], every: Batch, owner: NDArray[np.int64], *, now: datetime
) -> NDArray[np.bool_]:
    """Where a bar is wrong by itself, not later than all before it, or jumps."""
    wrong = np.zeros(len(every), dtype=np.bool_)
    wrong[list(faults_alone(every, now=now))] = True
    is_first = np.append(True, owner[1:] != owner[:-1])
    stored = [each.newest or (np.iinfo(np.int64).min, np.nan) for each in brought]
    times = np.array([time for time, _ in stored], dtype=np.int64)[owner]
    closes = np.array([close for _, close in stored], dtype=np.float64)[owner]
    earlier = np.where(is_first, times, np.append(0, every.times[:-1]))
    before = np.where(is_first, closes, np.append(0.0, every.bid[:-1, CLOSE]))
    return np.asarray(wrong | (every.times <= earlier) | is_jump(every.bid, before))


@transaction.atomic
def _insert(
    brought: Sequence[Brought], batch: Batch, owner: NDArray[np.int64], *, now: datetime
) -> None:
    if not len(batch):
        return
    owners = [(brought[n].symbol, brought[n].feed) for n in owner.tolist()]
    spreads = np.array([symbol.typical_spread for symbol, _ in owners])
    ask, source = resolved_ask(batch, is_crossed(batch), spreads[:, None])
    if insert_minutes(owners, batch, ask, source, now=now) != len(batch):
        raise StoredMeanwhile
