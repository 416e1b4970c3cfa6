"""Tell staff that something is wrong with the desk: once, and once when it is over.

One row per thing that is wrong, open while it is. Several rows may share the message that told
staff of them; its recovery is told to the same people when the last of those rows is closed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from audit.log import log_event
from delivery.audience import recipients_sent
from delivery.models import Alarm, ChannelState, Message, Recipient
from delivery.outbox import cancel_pending, queue_message

ALERT_LIFE = timedelta(hours=1)  # an alarm nobody got by then is old news
REST = timedelta(minutes=10)  # between two messages about the same thing


def raise_alarm(key: str, *, title: str, text: str, now: datetime) -> Alarm | None:
    """The new alarm, told to staff; None, and nobody is told, while one with `key` is open."""
    alarm = open_alarm(key, title=title, text=text, now=now)
    if alarm is not None and not told_lately(key, now=now):
        tell([alarm], title=title, text=text, now=now)
    return alarm


def open_alarm(key: str, *, title: str, text: str, now: datetime) -> Alarm | None:
    """The new alarm, told to nobody yet; None where one with `key` is open: it was seen again."""
    facts = {"title": title[:100], "text": text[:300], "seen_at": now}
    if Alarm.objects.filter(key=key, closed_at=None).update(**facts):
        return None
    try:
        with transaction.atomic():
            return Alarm.objects.create(key=key, opened_at=now, **facts)
    except IntegrityError:  # somebody else was quicker by a moment
        return None


def told_lately(prefix: str, *, now: datetime) -> bool:
    """Whether staff were told of an alarm whose key starts so within the last ten minutes."""
    told = Alarm.objects.filter(key__startswith=prefix, told__created_at__gt=now - REST)
    return told.exists()


@transaction.atomic
def tell(alarms: Sequence[Alarm], *, title: str, text: str, now: datetime) -> Message | None:
    """The one message about `alarms`; None if any of them was told or closed meanwhile."""
    keys = [alarm.key for alarm in alarms]
    untold = Alarm.objects.filter(pk__in=[a.pk for a in alarms], told=None, closed_at=None)
    if not keys or len(untold.select_for_update()) < len(keys):
        return None
    subject = f"alarm:{keys[0]}"
    log_event("alarm.raised", at=now, subject=subject, text=text, payload={"alarms": keys})
    message = queue_message(
        key=f"alarm:{alarms[0].pk}",
        kind=Message.Kind.ALERT,
        title=title,
        text=text,
        fields={"alarms": keys, "state": "raised"},
        tags={},
        deliver_by=now + ALERT_LIFE,
        now=now,
        recipients=alert_recipients(),
    )
    untold.update(told=message)
    for alarm in alarms:
        alarm.told = message
    return message


def clear_alarm(key: str, *, text: str, now: datetime) -> Alarm | None:
    """The alarm that is over, told to whom it was told; None when none with `key` was open."""
    alarm = close_alarm(key, unseen_since=now, now=now)
    if alarm is not None and alarm.told is not None and not open_of(alarm.told).exists():
        tell_over(alarm.told, text=text, now=now)
    return alarm


@transaction.atomic
def close_alarm(key: str, *, unseen_since: datetime, now: datetime) -> Alarm | None:
    """The alarm if it was open, not seen again after `unseen_since`, and closed by this call."""
    open_rows = Alarm.objects.filter(key=key, closed_at=None, seen_at__lte=unseen_since)
    alarm = open_rows.select_related("told").first()
    return alarm if open_rows.update(closed_at=now) else None


def open_of(message: Message) -> QuerySet[Alarm]:
    """Those of the alarms told with `message` that are not over."""
    return message.alarms.filter(closed_at=None)


@transaction.atomic
def tell_over(told: Message, *, text: str, now: datetime) -> Message:
    """The recovery, for exactly those who were sent `told`; who still waits for that gets neither.

    Called twice it is told once.
    """
    Message.objects.select_for_update().get(pk=told.pk)
    cancel_pending(reason="over", message=told)
    keys = list(told.alarms.order_by("pk").values_list("key", flat=True))
    key = f"{told.key}:over"
    if not Message.objects.filter(key=key).exists():
        subject, payload = f"alarm:{keys[0]}", {"alarms": keys}
        log_event("alarm.cleared", at=now, subject=subject, text=text, payload=payload)
    return queue_message(
        key=key,
        kind=Message.Kind.ALERT,
        title=f"Over: {told.title}",
        text=text,
        fields={"alarms": keys, "state": "cleared"},
        tags={},
        deliver_by=now + ALERT_LIFE,
        now=now,
        recipients=recipients_sent(told.key),
    )


def alert_recipients() -> list[Recipient]:
    """Staff who can be told now: reachable, on a channel that is not paused itself."""
    paused = ChannelState.objects.exclude(paused_at=None).values("channel")
    staff = Recipient.objects.reachable().filter(gets_alerts=True)
    return list(staff.exclude(channel__in=paused))
