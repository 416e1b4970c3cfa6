"""The newest lines of the log, without who came and went and what became of each copy."""

from access.roles import Reader
from audit.models import Event
from dashboard.logs.listing import Line, lines

SHOWN = 9  # events
SEEN = 5000  # the newest events looked through for them
OF_EVERY_COPY = [  # one line for each recipient: the tally beside each signal says it shorter
    f"delivery.{state}" for state in ("sent", "delivered", "read", "failed", "expired", "uncertain")
]


def activity(reader: Reader) -> tuple[Line, ...]:
    """Each opens what it speaks of, as far as `reader` may see it."""
    newest = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    rows = Event.objects.filter(pk__gt=newest - SEEN).exclude(kind__startswith="login.")
    shown = rows.exclude(kind__in=OF_EVERY_COPY).order_by("-pk")[:SHOWN]
    return lines(list(shown), reader)
