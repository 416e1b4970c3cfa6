"""Tell staff of what is wrong: one message when it begins, one when it is over."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from dashboard.conditions import (
    OVER,
    Trouble,
    dead_feeds,
    differing_past,
    many_uncertain,
    overdue_messages,
    silent_scheduler,
    stopped_channels,
    unsealed_log,
    worded,
)
from delivery.alarms import close_alarm, open_alarm, open_of, tell, tell_over, told_lately
from delivery.models import Alarm, Message

GONE_FOR = timedelta(minutes=2)  # what comes and goes is one incident, not many
GATHER = {  # so long a first one waits for others, to be told with them in one message
    "feed": timedelta(minutes=1),  # a source that is down takes all its symbols with it
    "log": timedelta(minutes=1),  # a minute caught up at once is logged under the time it began
    "uncertain": timedelta(minutes=1),  # most are settled by the provider's reports in seconds
}


def look(*, now: datetime, since: datetime, interval_seconds: int) -> list[Message]:
    """What staff are told at `now`; told once, however many watches look and how often.

    `since`: when the watch began to look without a gap.
    """
    found = [
        *silent_scheduler(now=now, since=since, interval_seconds=interval_seconds),
        *dead_feeds(now=now),
        *stopped_channels(now=now),
        *many_uncertain(now=now),
        *overdue_messages(now=now, since=since),
        *differing_past(),
        *unsealed_log(now=now, since=since),
    ]
    for trouble in found:
        open_alarm(trouble.key, title=trouble.title, text=trouble.text, now=now)
    raised = [
        _tell_kind(list(group), now=now) for _, group in groupby(found, key=lambda each: each.kind)
    ]
    has_looked = now - since >= GONE_FOR  # else it cannot know for how long a reason is gone
    cleared = _close_others({each.key for each in found}, now=now) if has_looked else []
    return [message for message in (*raised, *cleared) if message is not None]


def _tell_kind(troubles: Sequence[Trouble], *, now: datetime) -> Message | None:
    """The message about those of one kind that staff do not know of, once it is time for it."""
    kind = troubles[0].kind
    untold = Alarm.objects.filter(closed_at=None, told=None).order_by("opened_at", "pk")
    alarms = list(untold.filter(key__in=[trouble.key for trouble in troubles]))
    if not alarms or now - alarms[0].opened_at < GATHER.get(kind, timedelta(0)):
        return None
    if told_lately(kind, now=now):
        return None
    keys = {alarm.key for alarm in alarms}
    named = [trouble for trouble in troubles if trouble.key in keys]
    text = worded(sorted(each.name for each in named), named[0].fault, named[0].advice)
    return tell(alarms, title=named[0].title, text=text, now=now)


def _close_others(found: set[str], *, now: datetime) -> list[Message]:
    """The recoveries: of alarms the watch looks for whose reason has been gone for two minutes."""
    gone = Alarm.objects.filter(closed_at=None, seen_at__lte=now - GONE_FOR).exclude(key__in=found)
    closed = [
        close_alarm(key, unseen_since=now - GONE_FOR, now=now)
        for key in gone.order_by("pk").values_list("key", flat=True)
        if _kind(key) in OVER
    ]
    told = {alarm.told_id: alarm.told for alarm in closed if alarm and alarm.told}
    return [
        tell_over(message, text=over_text(message.alarms.all()), now=now)
        for message in told.values()
        if not open_of(message).exists()
    ]


def over_text(alarms: Iterable[Alarm]) -> str:
    """How each of `alarms` ended; those that ended alike share a sentence, those back are left out.

    Back: an alarm with the same key is open again.
    """
    keys = {alarm.key for alarm in alarms}
    keys -= set(Alarm.objects.filter(key__in=keys, closed_at=None).values_list("key", flat=True))
    endings: dict[str, list[str]] = {}
    for key in sorted(keys):
        kind, _, name = key.partition(":")
        endings.setdefault(OVER[kind](name), []).append(name if kind == "feed" else "")
    parts = [worded(names if any(names) else [], end) for end, names in endings.items()]
    return " ".join(parts) or "It is over."


def _kind(key: str) -> str:
    return key.partition(":")[0]
