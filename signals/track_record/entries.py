"""Entries as columns of numbers: read once for the whole record, cut without asking again."""

from dataclasses import dataclass, fields

import numpy as np
from django.db import connection
from django.db.models import BooleanField, Case, F, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.lookups import Exact
from numpy.typing import NDArray

from markets.feeds.registry import demo_feeds
from markets.history import EpochSeconds
from risk.statistics import Sample
from signals.models import Signal, SignalQuerySet
from signals.track_record.asked import Asked

CHUNK = 20_000  # rows held as objects at once
Column = NDArray[np.float64]
Mask = NDArray[np.bool_]


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=False, output_field=BooleanField())


def columns() -> dict[str, Combinable]:
    """Where each column of Entries is read from."""
    return {
        "id": F("pk"),
        "closed_at": EpochSeconds(F("position__closed_at")),
        "bar_closed_at": EpochSeconds(F("bar_closed_at")),
        "version": F("config_version_id"),
        "is_buy": _flag(Q(action=Signal.Action.BUY)),
        "is_demo": _flag(Q(feed__in=demo_feeds())),
        "is_late": F("late"),
        "is_blocked": F("position__is_shadow"),
        # no Q: that turns the joins around, and with them the order the tables are read in
        "is_expired": Exact(F("position__reason"), Value("expired")),
        "is_tie": F("position__is_tie"),
        "r": F("position__r_multiple"),
        "pips": F("position__pips"),
        "return_pct": F("position__return_pct"),
        "r_optimistic": F("position__r_optimistic"),
    }


@dataclass(frozen=True, kw_only=True)
class Entries:
    """BUY and SELL signals, oldest end first; arrays of one length, flags as 0 and 1.

    Times are seconds since 1970, UTC; NaN is what is not known (yet).
    """

    id: Column
    closed_at: Column  # NaN while it runs
    bar_closed_at: Column
    version: Column  # id of the config version
    is_buy: Column
    is_demo: Column
    is_late: Column
    is_blocked: Column
    is_expired: Column
    is_tie: Column
    r: Column
    pips: Column
    return_pct: Column
    r_optimistic: Column

    def __len__(self) -> int:
        return len(self.id)

    def where(self, mask: Mask) -> "Entries":
        """Those `mask` (bool, one per row) is true for."""
        return Entries(**{name: getattr(self, name)[mask] for name in NAMES})

    @property
    def has_ended(self) -> Mask:
        mask: Mask = ~np.isnan(self.closed_at)
        return mask

    @property
    def is_judged(self) -> Mask:
        """Ended with a known result, and never blocked: the sample of all figures."""
        mask: Mask = ~np.isnan(self.r) & (self.is_blocked == 0)
        return mask

    def sample(self) -> Sample:
        """The judged ones, as statistics take them."""
        judged = self.where(self.is_judged)
        return Sample(
            closed_at=judged.closed_at.astype("int64").astype("datetime64[s]"),
            r=judged.r,
            pips=judged.pips,
            return_pct=judged.return_pct,
            r_optimistic=np.where(judged.is_tie == 1, judged.r_optimistic, np.nan),
        )


NAMES = tuple(field.name for field in fields(Entries))


def read_entries(asked: Asked) -> Entries:
    """What is asked for, of every basis and source: those that ended, and those that run."""
    running, ended = _table(asked.running()), _table(asked.ended())  # none ends in between unseen
    is_over = np.isin(running[:, 0], ended[:, 0])
    table = np.concatenate([ended, running[~is_over]])
    oldest_first = np.lexsort((table[:, NAMES.index("id")], table[:, NAMES.index("closed_at")]))
    return Entries(**dict(zip(NAMES, table[oldest_first].T, strict=True)))


def _table(signals: SignalQuerySet) -> NDArray[np.float64]:
    """One row a signal, one column for each of NAMES; None is NaN.

    Read as the database's driver gives it: converting each value again took twice as long.
    """
    read = columns()
    query = signals.order_by().values_list(*(read[name] for name in NAMES)).query
    with connection.cursor() as cursor:
        cursor.execute(*query.sql_with_params())
        pieces = iter(lambda: cursor.fetchmany(CHUNK), [])
        tables = [np.array(piece, dtype=np.float64) for piece in pieces]
    return np.concatenate([np.empty((0, len(NAMES))), *tables])
