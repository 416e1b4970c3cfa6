"""The kill switch: stop every push, and let them go again."""

from datetime import datetime

from django.db import IntegrityError, transaction

from audit.log import log_event
from delivery.models import Pause
from delivery.models.messages import OBEYS_PAUSE
from delivery.outbox import cancel_pending


def current_pause() -> Pause | None:
    """The pause in force, or None while pushes go out."""
    return Pause.objects.filter(ended_at=None).first()


def pause(*, reason: str, by: str, now: datetime) -> Pause:
    """The pause in force: a new one, or the one somebody else started before.

    What waits to be sent is cancelled at once and stays cancelled after `resume`.
    """
    try:
        with transaction.atomic():
            return _start_pause(reason=reason, by=by, now=now)
    except IntegrityError:
        return Pause.objects.get(ended_at=None)


@transaction.atomic
def resume(*, by: str, now: datetime) -> Pause | None:
    """The pause that ended, or None when pushes were not stopped."""
    open_pause = current_pause()
    if open_pause is None:
        return None
    cancel_pending(reason="kill_switch", kinds=OBEYS_PAUSE)  # what was being posted and came back
    ended = Pause.objects.filter(pk=open_pause.pk, ended_at=None).update(ended_at=now, ended_by=by)
    if not ended:
        return None
    open_pause.refresh_from_db()
    log_event(
        "kill_switch.off",
        at=now,
        actor=by,
        subject=f"pause:{open_pause.pk}",
        text="Pushes go out again.",
    )
    return open_pause


def _start_pause(*, reason: str, by: str, now: datetime) -> Pause:
    started = Pause.objects.create(reason=reason, started_at=now, started_by=by)
    cancelled = cancel_pending(reason="kill_switch", kinds=OBEYS_PAUSE)
    log_event(
        "kill_switch.on",
        at=now,
        actor=by,
        subject=f"pause:{started.pk}",
        text=f"Pushes are stopped: {reason}",
        payload={"reason": reason, "cancelled": cancelled},
    )
    return started
