"""What became of a message and its repeats, counted over everybody it went to."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Left, StrIndex

from delivery.audience import REPEAT
from delivery.models import Delivery, Message
from delivery.transitions import State

ALWAYS_SAID = ("sent", "delivered", "read", "uncertain")


@dataclass(frozen=True, kw_only=True)
class Tally:
    """Copies by what became of them; `sent` holds those that were delivered, and so on."""

    sent: int = 0
    delivered: int = 0
    read: int = 0
    uncertain: int = 0
    waiting: int = 0
    expired: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def total(self) -> int:
        unsent = self.waiting + self.expired + self.failed + self.cancelled
        return self.sent + self.uncertain + unsent

    @property
    def parts(self) -> tuple[tuple[str, int], ...]:
        """The four a reader asks for, and the others where there are any; empty for nobody."""
        if not self.total:
            return ()
        counts = ((field.name, getattr(self, field.name)) for field in fields(self))
        return tuple((name, n) for name, n in counts if n or name in ALWAYS_SAID)

    def __str__(self) -> str:
        """`sent 3, delivered 2, read 1, uncertain 0`; `sent to nobody` when there is no copy."""
        return ", ".join(f"{name} {n}" for name, n in self.parts) or "sent to nobody"


NOBODY = Tally()


def tallies(keys: Iterable[str]) -> dict[str, Tally]:
    """The tally of each message key, its repeats included; one query for all of them."""
    wanted = list(dict.fromkeys(keys))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    if wanted:
        rows = Delivery.objects.filter(message__in=_with_repeats(wanted)).order_by()
        for key, state, count in rows.values_list("message__key", "state").annotate(Count("pk")):
            counts[key.partition(REPEAT)[0]][state] += count
    return {key: tally(counts[key]) for key in wanted}


def tally(states: Counter[str]) -> Tally:
    """How often each state occurs, as a reader counts: what was read was delivered and sent."""
    read = states[State.READ]
    delivered = states[State.DELIVERED] + read
    return Tally(
        sent=states[State.SENT] + delivered,
        delivered=delivered,
        read=read,
        uncertain=states[State.UNCERTAIN],
        waiting=states[State.PENDING] + states[State.CLAIMED] + states[State.SENDING],
        expired=states[State.EXPIRED],
        failed=states[State.FAILED],
        cancelled=states[State.CANCELLED],
    )


def copies(key: str) -> list[Delivery]:
    """Every copy of the message and of its repeats, oldest first, with its recipient."""
    rows = Delivery.objects.filter(message__in=_with_repeats([key])).for_sending()
    return list(rows.order_by("pk"))


def _with_repeats(keys: list[str]) -> QuerySet[Message]:
    """The messages of these keys and their repeats, which are never older than the first."""
    own = Message.objects.filter(key__in=keys)
    oldest = own.order_by("created_at").values("created_at")[:1]
    is_repeat = Q(
        first__in=keys,
        key__contains=REPEAT,
        kind=Message.Kind.MANUAL,
        created_at__gte=Subquery(oldest),
    )
    first = Left("key", StrIndex("key", Value(REPEAT)) - 1)
    return Message.objects.alias(first=first).filter(Q(key__in=keys) | is_repeat).order_by()
