"""Messages of the day, by what became of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from delivery.models import Delivery

GROUPS = {  # what a reader asks: did they arrive, are they on their way, what went wrong
    "sent": ("sent", "delivered", "read"),
    "waiting": ("pending", "claimed", "sending"),
    "failed": ("failed",),
    "uncertain": ("uncertain",),
    "expired": ("expired",),
    "cancelled": ("cancelled",),
}


@dataclass(frozen=True)
class Messages:
    """Deliveries created since `since`, midnight where the reader is."""

    since: datetime
    total: int
    by_group: tuple[tuple[str, int], ...]

    def count(self, group: str) -> int:
        return dict(self.by_group).get(group, 0)

    @property
    def links(self) -> tuple[tuple[str, int, str], ...]:
        """Each group with its count and the admin's list of it."""
        return tuple(
            (group, count, deliveries_url([group], self.since)) for group, count in self.by_group
        )


def messages_today(*, now: datetime) -> Messages:
    """Counted since midnight in the zone the page is drawn in."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Delivery.objects.filter(created_at__gte=midnight).order_by().values_list("state")
    counts = dict(rows.annotate(Count("pk")))
    groups = tuple(
        (group, sum(counts.get(state, 0) for state in states)) for group, states in GROUPS.items()
    )
    return Messages(midnight, sum(counts.values()), tuple((g, n) for g, n in groups if n))


def deliveries_url(groups: Iterable[str], since: datetime) -> str:
    """The admin's list of deliveries of these groups that were created since then."""
    states = ",".join(state for group in groups for state in GROUPS[group])
    asked = {"state__in": states, "created_at__gte": since.astimezone(UTC).isoformat()}
    return f"{reverse('admin:delivery_delivery_changelist')}?{urlencode(asked)}"
