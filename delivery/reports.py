"""What the provider reported of other messages since: the evidence for a person's decision."""

from dataclasses import dataclass

from delivery.channels.registry import channel_called
from delivery.models import Delivery, Post

MOST = 1_000  # later posts looked at


@dataclass(frozen=True)
class Evidence:
    """Later posts of the same channel, and those of them the provider reported on."""

    label: str
    has_reports: bool
    later: int
    reported: int

    def __str__(self) -> str:
        if not self.has_reports:
            return f"{self.label} never reports whether a message arrived: only they know."
        if not self.later:
            return "Nothing was sent since, so its silence about this one says nothing yet."
        if not self.reported:
            one = "1 later message has" if self.later == 1 else f"{self.later} later messages have"
            return f"{one} no report either: perhaps reports do not reach the desk at all."
        many = f"{self.reported} later message{'s have' if self.reported > 1 else ' has'} a report"
        return f"{many}, this one has none: it probably did not arrive."


def evidence_for(delivery: Delivery) -> Evidence:
    """What speaks for or against its arrival; two queries."""
    channel = channel_called(delivery.recipient.channel)
    later = Post.objects.filter(channel=channel.slug, pk__gt=delivery.post_id or 0).order_by("pk")
    ids = list(later.exclude(provider_id="").values_list("pk", flat=True)[:MOST])
    seen = Post.objects.filter(pk__in=ids, statuses__isnull=False).distinct().count()
    return Evidence(channel.label, channel.has_reports, len(ids), seen)
