"""Alarm once when the scheduler stops ticking, and once when it ticks again."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.log import log_event
from audit.models import Event
from delivery.outbox import queue_message
from signals.models import Tick

SILENT, RECOVERED = "scheduler.silent", "scheduler.recovered"
SHORTEST = timedelta(minutes=3)
ALERT_LIFE = timedelta(hours=1)  # an alarm nobody got by then is old news


def patience(interval_seconds: int) -> timedelta:
    """How long without a tick is silence: three ticks missed, three minutes at least."""
    return max(SHORTEST, timedelta(seconds=3 * interval_seconds))


@transaction.atomic
def look(*, now: datetime, since: datetime, interval_seconds: int) -> Event | None:
    """The event if silence began or ended, else None; an incident makes one event of each kind.

    `since`: when the watch started; the desk has the usual patience from then for its first tick.
    """
    newest = Tick.objects.order_by("-slot").values_list("at", flat=True).first()
    last = max(newest or since, since)
    last_event = Event.objects.filter(kind__in=(SILENT, RECOVERED)).order_by("-pk").first()
    is_known = last_event is not None and last_event.kind == SILENT
    if not is_known and now - last > patience(interval_seconds):
        minutes = int((now - (newest or since)).total_seconds() // 60)
        return _alarm(SILENT, f"The scheduler is silent: no tick for {minutes} minutes", now=now)
    if is_known and last_event and newest and newest > last_event.at:
        return _alarm(RECOVERED, "The scheduler ticks again", now=now)
    return None


def _alarm(kind: str, text: str, *, now: datetime) -> Event:
    event = log_event(kind, at=now, actor="watch", text=text)
    queue_message(
        key=f"alert:{event.pk}",
        kind="alert",
        title="Scheduler",
        text=text,
        fields={"kind": kind},
        tags={},
        deliver_by=now + ALERT_LIFE,
        now=now,
    )
    return event
