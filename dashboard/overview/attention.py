"""What waits for a person: paused channels, messages nobody can know about, open alarms."""

from dataclasses import dataclass
from datetime import datetime

from delivery.models import Alarm, ChannelState, Delivery

MOST = 100  # undecided messages counted one by one
HAVE_BANNERS = ("channel", "feed", "scheduler", "uncertain")  # kinds of alarms


@dataclass(frozen=True)
class PausedChannel:
    slug: str
    label: str
    reason: str
    since: datetime
    probe_at: datetime | None


@dataclass(frozen=True)
class OpenAlarm:
    key: str
    text: str
    since: datetime


@dataclass(frozen=True)
class Attention:
    """`undecided` holds the newest uncertain deliveries, of whatever day."""

    channels: tuple[PausedChannel, ...] = ()
    undecided: tuple[int, ...] = ()
    alarms: tuple[OpenAlarm, ...] = ()


NONE = Attention()


def attention() -> Attention:
    """Three queries."""
    return Attention(paused_channels(), undecided(), open_alarms())


def paused_channels() -> tuple[PausedChannel, ...]:
    paused = ChannelState.objects.exclude(paused_at=None)
    return tuple(
        PausedChannel(row.channel, str(row), row.reason, row.paused_at, row.probe_at)
        for row in paused
        if row.paused_at
    )


def undecided() -> tuple[int, ...]:
    rows = Delivery.objects.filter(state=Delivery.State.UNCERTAIN).order_by("-pk")
    return tuple(rows.values_list("pk", flat=True)[: MOST + 1])


def open_alarms() -> tuple[OpenAlarm, ...]:
    """Those about what has no banner of its own."""
    rows = Alarm.objects.filter(closed_at=None).order_by("pk")
    found = (OpenAlarm(*row) for row in rows.values_list("key", "text", "opened_at"))
    return tuple(alarm for alarm in found if alarm.key.partition(":")[0] not in HAVE_BANNERS)
