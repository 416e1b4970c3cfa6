"""The looks at the clock that may have evaluated the bars of a replay."""

from datetime import UTC, datetime, timedelta

from signals.models import Run, Tick
from signals.replay.core import Replay

NEXT = timedelta(hours=1)  # after the newest minute came: a look was due long before


def looks_of(look: Replay) -> list[datetime]:
    """When the desk looked from the first to the newest arrival of a minute; none for a rehearsal.

    Minutes that came later than the last of them are later than every bar the desk decided on.
    """
    observed = look.past.observed
    if look.track.run.kind != Run.Kind.LIVE or not len(observed):
        return []
    first, newest = (
        datetime.fromtimestamp(float(at), UTC) for at in (observed.min(), observed.max())
    )
    ticks = Tick.objects.filter(at__range=(first, newest + NEXT)).order_by("at")
    return list(ticks.values_list("at", flat=True))
