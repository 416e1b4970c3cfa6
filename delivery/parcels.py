"""Which due deliveries go now, and which of them share a post: the sender's claim."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from django.db import transaction
from django.db.models import Min, Q
from django.db.models.functions import Coalesce, Greatest

from delivery.channel_states import allowance, locked_state, use
from delivery.channels.base import Channel, Outgoing
from delivery.channels.registry import channel_called
from delivery.http import TOTAL_SECONDS
from delivery.models import ChannelState, Delivery, Recipient
from delivery.models.deliveries import DeliveryQuerySet
from delivery.models.messages import OBEYS_PAUSE
from delivery.pacing import next_post_in, paid_for
from delivery.quoting import quoted
from delivery.signing import signing_keys
from delivery.transitions import State, move_all

LEASE = timedelta(seconds=3 * TOTAL_SECONDS)
JOIN_FROM = 3  # so many due to one recipient at once share a post
ROWS_PER_POST = 4  # rows looked at for each post that may be made, to find whose turn it is
MOST_JOINED = 50  # rows one post may carry

BuildChannel = Callable[[str], Channel]


def next_chance_in(*, now: datetime) -> timedelta | None:
    """How long until something that waits may go, as far as is known; None when nothing waits."""
    open_channels = ChannelState.objects.filter(paused_at=None)
    rests = {
        state.channel: next_post_in(pace, state.free_at, now=now)
        for state in open_channels
        if (pace := channel_called(state.channel).pace)
    }
    waiting = Delivery.objects.filter(state=State.PENDING, deliver_by__gt=now)
    waiting = waiting.exclude(
        recipient__channel__in=ChannelState.objects.exclude(paused_at=None).values("channel")
    )
    ready_at = Greatest("due_at", Coalesce("recipient__free_at", "due_at"))
    first = waiting.order_by().values_list("recipient__channel").annotate(at=Min(ready_at))
    chances = [max(at - now, rests.get(slug, timedelta(0))) for slug, at in first]
    return max(timedelta(0), min(chances)) if chances else None


@dataclass(frozen=True)
class Parcel:
    """Deliveries to one recipient that share one post."""

    deliveries: tuple[Delivery, ...]

    @property
    def recipient(self) -> Recipient:
        return self.deliveries[0].recipient

    @property
    def ids(self) -> list[int]:
        return [delivery.pk for delivery in self.deliveries]


def claim_parcels(
    due: DeliveryQuerySet,
    *,
    most: int,
    build: BuildChannel,
    now: datetime,
    room: Callable[[str], int] | None = None,
) -> list[Parcel]:
    """Up to `most` parcels of `due` rows, claimed by this caller alone until their lease is over.

    Oldest first, and of each channel at most its `room`. Respects each channel's pause and pace
    and each recipient's; what may not go now stays pending and due. PostgreSQL skips rows that
    others are claiming.
    """
    rows = rested(due, now=now)
    channels = rows.order_by().values_list("recipient__channel", flat=True).distinct()
    parcels: list[Parcel] = []
    for slug in sorted(channels):
        own_most = min(most - len(parcels), room(slug) if room else most)
        if own_most > 0:
            own = rows.filter(recipient__channel=slug)
            parcels += _claim(own, build(slug), slug, most=own_most, now=now)
    return parcels


def rested(rows: DeliveryQuerySet, *, now: datetime) -> DeliveryQuerySet:
    """Those whose recipient the provider lets us post to at `now`."""
    return rows.filter(Q(recipient__free_at=None) | Q(recipient__free_at__lte=now))


@transaction.atomic
def _claim(
    rows: DeliveryQuerySet, channel: Channel, slug: str, *, most: int, now: datetime
) -> list[Parcel]:
    state = locked_state(slug)
    posts = allowance(state, channel.pace, now=now, most=most)
    if not posts:
        return []
    due = rows.filter(recipient__in=_longest_waiting(rows, most=posts)).order_by("due_at", "pk")
    # Recipients too: whoever has one locked, such as a STOP, goes on to their deliveries next
    found = due.select_for_update(skip_locked=True, of=("self", "recipient"), no_key=True)
    batch = found.for_sending()[: posts * MOST_JOINED]
    parcels: list[Parcel] = []
    for group in _by_recipient(list(batch)):
        wanted = parcels_of(group, channel, now=now)[: min(posts - len(parcels), _burst(channel))]
        if wanted and _take_time(group[0].recipient, channel, len(wanted), now=now):
            parcels += wanted
    _mark_claimed(parcels, until=now + LEASE)
    use(state, channel.pace, len(parcels), now=now)
    return parcels


def _mark_claimed(parcels: Sequence[Parcel], *, until: datetime) -> None:
    """Store whose they are: nobody else's claim ends at this very microsecond."""
    claimed = [delivery for parcel in parcels for delivery in parcel.deliveries]
    move_all([each.pk for each in claimed], [State.PENDING], State.CLAIMED, claimed_until=until)
    for delivery in claimed:
        delivery.claimed_until = until


def parcels_of(group: Sequence[Delivery], channel: Channel, *, now: datetime) -> list[Parcel]:
    """The posts that carry `group`, all to one recipient: one for all, or one for each.

    From three on they share one where the channel can carry several lines; so do two or more that
    waited for the end of quiet hours.
    """
    joining = [d for d in group if d.message.kind in OBEYS_PAUSE and not d.as_template]
    is_digest = len(joining) > 1 and all(delivery.is_held for delivery in joining)
    enough = len(joining) >= JOIN_FROM or is_digest
    if not enough or not channel.joins(outgoing_of(joining, now=now)):
        return [Parcel((delivery,)) for delivery in group]
    alone = [Parcel((delivery,)) for delivery in group if delivery not in joining]
    return [*alone, *_joined(joining, longest=channel.longest)]


def outgoing_of(deliveries: Sequence[Delivery], *, now: datetime) -> Outgoing:
    """What the channel gets to see of `deliveries`, all to one recipient."""
    first, recipient = deliveries[0], deliveries[0].recipient
    return Outgoing(
        delivery_id=str(first.public_id),
        address=recipient.address,
        text="\n".join(map(line_of, deliveries)),
        now=now,
        title=first.message.title if len(deliveries) == 1 else f"{len(deliveries)} messages",
        kind=first.message.kind,
        fields=first.message.fields,
        created_at=first.message.created_at,
        language=recipient.language,
        window_open=recipient.window_open(now),
        as_template=first.as_template,
        quoted=quoted(first, now=now) if len(deliveries) == 1 else None,
        signing_keys=signing_keys(recipient, now=now),
    )


def line_of(delivery: Delivery) -> str:
    """The message's text; one held back by quiet hours says when it was written."""
    message = delivery.message
    return f"{message.created_at:%H:%M} UTC | {message.text}" if delivery.is_held else message.text


def _longest_waiting(rows: DeliveryQuerySet, *, most: int) -> list[int]:
    """Up to `most` recipients of the oldest rows; all rows of each are looked at, so they join."""
    oldest = rows.order_by("due_at", "pk").values_list("recipient_id", flat=True)
    return list(dict.fromkeys(oldest[: most * ROWS_PER_POST]))[:most]


def _by_recipient(rows: Sequence[Delivery]) -> Iterator[list[Delivery]]:
    """Rows of one recipient together, recipients in the order of their oldest row."""
    order = {delivery.recipient_id: place for place, delivery in reversed(list(enumerate(rows)))}
    together = sorted(rows, key=lambda delivery: order[delivery.recipient_id])
    for _, group in groupby(together, key=lambda delivery: delivery.recipient_id):
        yield list(group)


def _joined(deliveries: Sequence[Delivery], *, longest: int) -> list[Parcel]:
    """`deliveries` in as few parcels as `longest` characters of text each allow."""
    parcels: list[list[Delivery]] = [[]]
    length = 0
    for delivery in deliveries:
        length += len(line_of(delivery)) + 1
        if parcels[-1] and length - 1 > longest:
            parcels.append([])
            length = len(line_of(delivery)) + 1
        parcels[-1].append(delivery)
    return [Parcel(tuple(parcel)) for parcel in parcels]


def _burst(channel: Channel) -> int:
    return channel.pace.recipient_burst if channel.pace else 1_000


def _take_time(recipient: Recipient, channel: Channel, posts: int, *, now: datetime) -> bool:
    """True if the recipient was rested and now pays for `posts`."""
    seconds = channel.pace.recipient_seconds * posts if channel.pace else 0.0
    if not seconds:
        return True
    rested = Recipient.objects.filter(Q(free_at=None) | Q(free_at__lte=now), pk=recipient.pk)
    return rested.update(free_at=paid_for(None, now=now, seconds=seconds)) == 1
