"""Stored minutes with what is known about them: for looks back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from django.db.models import F
from numpy.typing import NDArray

from markets.frames import Timeframe
from markets.history import MINUTE_COLUMNS, EpochSeconds, frame_of
from markets.models import Candle, CandleRevision, Symbol

Columns = tuple[str | EpochSeconds, ...]


@dataclass(frozen=True, kw_only=True)
class Past:
    """Stored M1 minutes of one symbol on one feed, oldest first.

    `bars`: as in markets.frames. `observed`: one value per bar, when it was first seen, seconds
    since 1970. `revisions`: the newest other values a source sent for some of them, same columns.
    """

    bars: pd.DataFrame
    observed: NDArray[np.float64]
    revisions: pd.DataFrame

    def revised(self) -> pd.DataFrame:
        """The bars with the newest values any source sent for them."""
        bars = self.bars.copy()
        bars.loc[self.revisions.index] = self.revisions
        return bars


def past_minutes(
    symbol: Symbol, *, feed: str, first: datetime, last: datetime, before: int
) -> Past:
    """All minutes in [first, last], and up to `before` earlier ones; three queries."""
    stored = Candle.objects.filter(symbol=symbol, feed=feed, timeframe=Timeframe.M1)
    columns: Columns = (EpochSeconds(F("time")), *MINUTE_COLUMNS, "observed_at")
    earlier = stored.filter(time__lt=first).order_by("-time").values_list(*columns)[:before]
    within = stored.filter(time__gte=first, time__lte=last).order_by("time")
    rows: list[tuple[Any, ...]] = [*reversed(earlier), *within.values_list(*columns)]
    bars = frame_of([row[:-1] for row in rows])
    return Past(
        bars=bars,
        observed=np.array([row[-1].timestamp() for row in rows], dtype=np.float64),
        revisions=_revisions(symbol, feed, bars),
    )


def _revisions(symbol: Symbol, feed: str, bars: pd.DataFrame) -> pd.DataFrame:
    """The newest revision of each bar that has one."""
    if bars.empty:
        return bars
    rows = CandleRevision.objects.filter(
        candle__symbol=symbol,
        candle__feed=feed,
        candle__timeframe=Timeframe.M1,
        candle__time__gte=bars.index[0],
        candle__time__lte=bars.index[-1],
    )
    spread = "candle__typical_spread"
    columns: Columns = (EpochSeconds(F("candle__time")), *MINUTE_COLUMNS[:-1], spread)
    sent = frame_of(list(rows.order_by("candle__time", "observed_at", "pk").values_list(*columns)))
    return sent[~sent.index.duplicated(keep="last")]
