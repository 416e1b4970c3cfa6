"""Other values for stored minutes: kept beside the candle, never used."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from markets.batch import SIDES, Batch
from markets.models import CandleRevision
from markets.rows import StoredCandle

NAMES = (*SIDES, *(f"ask_{side}" for side in SIDES), "volume")


def keep_revisions(
    batch: Batch,
    ask: NDArray[np.float64],
    source: NDArray[np.str_],
    stored: dict[int, StoredCandle],
    *,
    now: datetime,
) -> int:
    """How many bars of a batch, all of stored minutes, brought values never seen before.

    A bar without an ask is compared by its bid alone.
    """
    found = []
    for row, time in enumerate(batch.times.tolist()):
        pk, *old = stored[time]
        sent = [*batch.bid[row].tolist(), *ask[row].tolist(), float(batch.volume[row])]
        if not batch.has_ask[row]:
            sent[4:8] = old[4:8]
        if sent != old:
            values = dict(zip(NAMES, sent, strict=True))
            found.append(
                CandleRevision(candle_id=pk, observed_at=now, ask_source=source[row], **values)
            )
    if not found:
        return 0
    kept = CandleRevision.objects.filter(candle_id__in={revision.candle_id for revision in found})
    before = kept.count()
    CandleRevision.objects.bulk_create(found, ignore_conflicts=True)
    return kept.count() - before
