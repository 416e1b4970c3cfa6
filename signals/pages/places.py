"""Places in the list: between which signals a page lies, however many come in above it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from signals.models import SignalQuerySet

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Place:
    """One signal's place: newer bars come first, of one bar the higher number."""

    at: datetime
    pk: int

    def __str__(self) -> str:
        """As it stands in a URL: `1795262400.000000-17`."""
        since = self.at - EPOCH
        seconds = since.days * 86_400 + since.seconds
        parts = f".{since.microseconds:06}" if since.microseconds else ""
        return f"{seconds}{parts}-{self.pk}"

    @property
    def older(self) -> Q:
        """What comes after it in the list; written so that an index is read from here on."""
        return self._down(Q(pk__lt=self.pk))

    @property
    def newer(self) -> Q:
        """What comes before it in the list."""
        return self._up(Q(pk__gt=self.pk))

    @property
    def downward(self) -> Q:
        """It and what comes after it."""
        return self._down(Q(pk__lte=self.pk))

    @property
    def upward(self) -> Q:
        """It and what comes before it."""
        return self._up(Q(pk__gte=self.pk))

    def _down(self, of_this_bar: Q) -> Q:
        return Q(bar_closed_at__lte=self.at) & (Q(bar_closed_at__lt=self.at) | of_this_bar)

    def _up(self, of_this_bar: Q) -> Q:
        return Q(bar_closed_at__gte=self.at) & (Q(bar_closed_at__gt=self.at) | of_this_bar)


def place_of(text: str) -> Place | None:
    """The place a URL names; None for nothing, and for what names none."""
    moment, _, number = text.partition("-")
    seconds, _, parts = moment.partition(".")
    digits = (seconds, number, parts or "0")
    if not all(part.isascii() and part.isdecimal() and len(part) < 19 for part in digits):
        return None
    try:
        microseconds = int(f"{parts:0<6}"[:6])
        at = EPOCH + timedelta(seconds=int(seconds), microseconds=microseconds)
    except OverflowError:
        return None
    return Place(at, int(number))


def places(found: SignalQuerySet, *, limit: int) -> list[Place]:
    """The first `limit` places of `found`, newest first, from an index alone where one fits."""
    rows = found.order_by("-bar_closed_at", "-pk").values_list("bar_closed_at", "pk")
    return [Place(*row) for row in rows[:limit]]


def places_upward(found: SignalQuerySet, *, limit: int) -> list[Place]:
    """The last `limit` places of `found`, newest first."""
    rows = found.order_by("bar_closed_at", "pk").values_list("bar_closed_at", "pk")
    return [Place(*row) for row in rows[:limit]][::-1]
