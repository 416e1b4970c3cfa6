"""What the desk answers to /last, /status and RESULTS ON or OFF, to those it may write to."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from dashboard.status import scheduler
from delivery.callbacks.keywords import RESULTS_WORDS, Command
from delivery.models import ChannelState, Inbound, Message, Recipient
from delivery.outbox import queue_message
from delivery.pauses import current_pause
from signals.messages import signal_text
from signals.models import Signal

FRESH = timedelta(minutes=5)  # an older question is not answered any more
ANSWER_LIFE = timedelta(minutes=5)
MOST_A_MINUTE = 5  # answers to one recipient
BATCH = 200


def answer_commands(*, now: datetime) -> int:
    """How many questions were answered; those too many, too old or of strangers never are."""
    waiting = Inbound.objects.filter(command__in=ANSWERS, answered_at=None)
    asked = waiting.filter(received_at__gt=now - FRESH, recipient__in=_reachable())
    ids = list(asked.order_by("pk").values_list("pk", flat=True)[:BATCH])
    return sum(_answer(inbound_id, now=now) for inbound_id in ids)


def last_text(*, now: datetime) -> str:
    """The public live signal of the newest bar and when it was issued."""
    signal = Signal.objects.public().select_related("symbol").first()
    if signal is None:
        return "No signal yet."
    over = "" if signal.expires_at > now else ", expired"
    return f"{signal_text(signal)}\nissued {signal.issued_at:%d %b %H:%M} UTC{over}"


def status_text(*, now: datetime) -> str:
    """The state of the desk in plain words: ticking or not, pushing or why not."""
    ticks, pause = scheduler(now=now), current_pause()
    if ticks.last_at is None:
        first = "The desk has not evaluated a minute yet."
    elif ticks.is_ok:
        first = f"The desk is running, last minute evaluated {ticks.last_at:%H:%M} UTC."
    else:
        first = f"The desk has evaluated nothing since {ticks.last_at:%d %b %H:%M} UTC."
    pushes = f"Pushes are paused: {pause.reason}." if pause else "Signals are pushed."
    paused = ChannelState.objects.exclude(paused_at=None)
    return "\n".join([first, pushes, *(f"{channel} is paused." for channel in paused)])


def results_on_text(*, now: datetime) -> str:
    """The answer to RESULTS ON, which is done by then."""
    return "From now on you are told how each signal ended. Write RESULTS OFF to end that."


def results_off_text(*, now: datetime) -> str:
    """The answer to RESULTS OFF."""
    return "You are not told any more how signals ended. Write RESULTS ON to be told again."


ANSWERS = {
    Command.LAST.value: last_text,
    Command.STATUS.value: status_text,
    Command.RESULTS_ON.value: results_on_text,
    Command.RESULTS_OFF.value: results_off_text,
}


def asked_text(command: str) -> str:
    """The command as people write it."""
    words = RESULTS_WORDS.get(Command(command))
    return words.upper() if words else f"/{command}"


@transaction.atomic
def _answer(inbound_id: int, *, now: datetime) -> bool:
    """True if it was answered by this call; a flood is marked as answered, and is not."""
    row = Inbound.objects.filter(pk=inbound_id, answered_at=None)
    if not row.update(answered_at=now):
        return False
    inbound = Inbound.objects.select_related("recipient").get(pk=inbound_id)
    recipient = inbound.recipient
    if recipient is None or _is_flooding(recipient, now=now):
        return False
    queue_message(
        key=f"answer:{inbound.pk}",
        kind=Message.Kind.ANSWER,
        title=f"Answer to {asked_text(inbound.command)}",
        text=ANSWERS[inbound.command](now=now),
        fields={},
        tags={},
        deliver_by=now + ANSWER_LIFE,
        now=now,
        recipients=[recipient],
    )
    return True


def _is_flooding(recipient: Recipient, *, now: datetime) -> bool:
    since = now - timedelta(minutes=1)
    answers = recipient.deliveries.filter(message__kind=Message.Kind.ANSWER, created_at__gt=since)
    return answers.count() >= MOST_A_MINUTE


def _reachable() -> QuerySet[Recipient]:
    return Recipient.objects.reachable().exclude(opted_in_at=None)
