"""Trades for tests of sweeps: only when they were decided, and what they came to."""

from datetime import UTC, datetime

import numpy as np

from backtests.trades import Trades

MONDAY = datetime(2026, 1, 5, tzinfo=UTC)


def trades(*rows, refused=()):
    """Trades of (hours after Monday 00:00 UTC, R), each closed half an hour later."""
    hours = np.array([row[0] for row in rows], dtype=float)
    decided = np.datetime64("2026-01-05", "s") + (hours * 3600).astype("timedelta64[s]")
    zeros = np.zeros(len(rows))
    columns = {name: zeros for name in Trades.none().__dataclass_fields__}
    columns |= {
        "side": zeros + 1,
        "decided_at": decided,
        "entered_at": decided + np.timedelta64(60, "s"),
        "closed_at": decided + np.timedelta64(1800, "s"),
        "r": np.array([row[1] for row in rows], dtype=float),
        "r_optimistic": zeros * np.nan,
        "refused": np.array([int(n in refused) for n in range(len(rows))]),
    }
    return Trades.of(columns)
