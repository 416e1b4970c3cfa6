"""Strategies whose fault hides behind what they keep or read: `check_strategy` sees through it."""

import random
import time
from datetime import datetime
from pathlib import Path
from typing import ClassVar
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from markets.models import Candle
from tests.backtests.checks.planted import Planted


class CachedAhead(Planted):
    """The next close, kept by its time: what was seen once is known even when it is cut off."""

    seen: ClassVar[dict[int, float]] = {}

    def line(self, bars):
        times = bars.index.as_unit("s").asi8.tolist()
        for at, close in zip(times, bars["close"].shift(-1).tolist(), strict=True):
            if close == close:
                self.seen.setdefault(at, close)
        return [self.seen.get(at, np.nan) for at in times]


class Counting(Planted):
    """Every fourth call it thinks otherwise."""

    calls: ClassVar[list[int]] = []

    def line(self, bars):
        self.calls.append(len(bars))
        shift = 0.0 if len(self.calls) % 4 else 1e-4
        return bars["close"].rolling(20).mean() + shift


class KeptHighest(Planted):
    """A mean that leans on the highest close it ever saw, kept on itself."""

    def line(self, bars):
        highest = max(getattr(self, "highest", 0.0), float(bars["close"].max() if len(bars) else 0))
        object.__setattr__(self, "highest", highest)
        return bars["close"].rolling(20).mean() + 1e-9 * int(1e6 * highest)


class Drawing(Planted):
    """Noise that goes on where the call before left it."""

    def line(self, bars):
        return bars["close"].rolling(20).mean() + np.random.normal(0, 1e-5, len(bars))


class Hourly(Planted):
    """It trades by the hour of the wall clock."""

    def line(self, bars):
        return bars["close"].rolling(20).mean() + 1e-4 * (datetime.now().hour // 12)


class PandasClock(Planted):
    """The same, as pandas tells the time."""

    def line(self, bars):
        return bars["close"].rolling(20).mean() + 1e-4 * (pd.Timestamp.now().hour // 12)


class Ticking(Planted):
    """The same, by a clock that only runs."""

    def line(self, bars):
        return bars["close"].rolling(20).mean() + 1e-4 * int(time.monotonic() // 1e9)


class Seeded(Planted):
    """Noise that is the same each time, for it begins anew."""

    def line(self, bars):
        dice = random.Random(7)
        return bars["close"].rolling(20).mean() + [dice.gauss(0, 1e-5) for _ in range(len(bars))]


class Reading(Planted):
    """It looks into the database, and swallows what goes wrong there."""

    def line(self, bars):
        try:
            stored = Candle.objects.count()
        except Exception:
            stored = 0
        return bars["close"].rolling(20).mean() + 0.0 * stored


class Filing(Planted):
    """It reads a file."""

    def line(self, bars):
        words = Path("/etc/hostname").read_text()
        return bars["close"].rolling(20).mean() + 0.0 * len(words)


class NewYork(Planted):
    """Honest: it trades the hours of New York, whose clock the bars' own times tell."""

    def line(self, bars):
        local = bars.index.tz_convert(ZoneInfo.no_cache("America/New_York"))
        return bars["close"].rolling(20).mean() + 1e-4 * (local.hour < 12)


class Remembering(Planted):
    """Honest: it keeps what it computed, by all that it was computed from."""

    kept: ClassVar[dict[bytes, pd.Series]] = {}

    def line(self, bars):
        key = bars["close"].to_numpy().tobytes()
        if key not in self.kept:
            self.kept[key] = bars["close"].rolling(20).mean()
        return self.kept[key]


HONEST = (NewYork, Remembering)
KEEPING = (CachedAhead, Counting, KeptHighest, Drawing)
OUTSIDE = {
    Hourly: "the clock",
    PandasClock: "the clock",
    Ticking: "the clock",
    Seeded: "dice",
    Reading: "the database",
    Filing: "a file",
}
