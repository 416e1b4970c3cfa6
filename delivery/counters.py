"""Numbers for /metrics, true across processes: counted from rows that are only ever added."""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Count, DurationField, ExpressionWrapper, F

from delivery.channels.registry import CHANNELS
from delivery.models import Alarm, Attempt, Callback, ChannelState, Delivery

Outcome = Attempt.Outcome

WAIT_WINDOW = timedelta(hours=1)
UNKNOWN, NOT_SENT, THROTTLED, REFUSED = "unknown", "not_sent", "throttled", "refused"
ERROR_CLASSES = (UNKNOWN, NOT_SENT, THROTTLED, REFUSED)
CLASS_OF_CODE = {
    **dict.fromkeys(("no_answer", "total_timeout", "gateway", "unreadable_answer"), UNKNOWN),
    **dict.fromkeys(("no_connection", "stale", "sender_died"), NOT_SENT),
    **dict.fromkeys(("4", "429", "80007", "130429", "131056"), THROTTLED),
}
"""What is not here was refused, so the number of classes never grows with a provider's codes."""


def whatsapp_send_total() -> int:
    """Messages WhatsApp has accepted since the desk was set up."""
    return sent_by_channel()["whatsapp"]


def whatsapp_errors_total() -> int:
    """Tries on WhatsApp without an acceptance: refused, not connected, or unknown."""
    found = errors_by_channel()
    return sum(count for (channel, _), count in found.items() if channel == "whatsapp")


def sent_by_channel() -> dict[str, int]:
    """How many messages each channel's provider ever accepted."""
    accepted = Attempt.objects.order_by().filter(outcome=Outcome.ACCEPTED)
    rows = accepted.values_list("channel").annotate(count=Count("pk"))
    return dict.fromkeys(CHANNELS, 0) | dict(rows)


def errors_by_channel() -> dict[tuple[str, str], int]:
    """How many tries ended without an acceptance, by (channel, class of error)."""
    failed = Attempt.objects.order_by().filter(outcome__in=[Outcome.REFUSED, Outcome.UNKNOWN])
    rows = failed.values_list("channel", "outcome", "code").annotate(count=Count("pk"))
    found = Counter({(channel, each): 0 for channel in CHANNELS for each in ERROR_CLASSES})
    for channel, outcome, code, count in rows:
        found[channel, error_class(outcome, code)] += count
    return dict(found)


def error_class(outcome: str, code: str) -> str:
    """One of ERROR_CLASSES for a try that was not accepted."""
    return UNKNOWN if outcome == Outcome.UNKNOWN else CLASS_OF_CODE.get(code, REFUSED)


def deliveries_by_state() -> dict[str, int]:
    """How many deliveries are in each state now, every state named."""
    rows = Delivery.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return {state.value: 0 for state in Delivery.State} | dict(rows)


def paused_by_channel() -> dict[str, bool]:
    """Whether each channel is paused."""
    paused = ChannelState.objects.exclude(paused_at=None).values_list("channel", flat=True)
    return {slug: slug in set(paused) for slug in CHANNELS}


def wait_seconds_p95(*, now: datetime) -> float | None:
    """From queued to accepted, 95th percentile of what was queued within the last hour and sent.

    Without those that waited for the end of quiet hours. None when nothing was.
    """
    lately = Delivery.objects.filter(created_at__gt=now - WAIT_WINDOW, is_held=False)
    sent = lately.filter(sent_at__isnull=False)
    if not (count := sent.count()):
        return None
    took = ExpressionWrapper(F("sent_at") - F("created_at"), output_field=DurationField())
    ascending = sent.annotate(took=took).order_by("took").values_list("took", flat=True)
    nearest_rank = -(-count * 95 // 100)
    waited: timedelta = ascending[nearest_rank - 1]
    return waited.total_seconds()


def callbacks_waiting() -> int:
    """Stored requests of providers that nobody has acted on yet."""
    return Callback.objects.filter(processed_at=None).count()


def alarms_open() -> int:
    """Things that are wrong with the desk now."""
    return Alarm.objects.filter(closed_at=None).count()
