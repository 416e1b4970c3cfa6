"""Numbers for /metrics, true across processes: counted from rows that are only ever added."""

from django.db.models import Count

from delivery.models import Attempt, Delivery

Outcome = Attempt.Outcome


def whatsapp_send_total() -> int:
    """Messages WhatsApp has accepted since the desk was set up."""
    return Attempt.objects.filter(channel="whatsapp", outcome=Outcome.ACCEPTED).count()


def whatsapp_errors_total() -> int:
    """Posts to WhatsApp without an acceptance: refused, not connected, or unknown."""
    return Attempt.objects.filter(channel="whatsapp").exclude(outcome=Outcome.ACCEPTED).count()


def deliveries_by_state() -> dict[str, int]:
    """How many deliveries are in each state now, every state named."""
    rows = Delivery.objects.order_by().values_list("state").annotate(count=Count("pk"))
    return {state.value: 0 for state in Delivery.State} | dict(rows)
