"""What providers report of accepted posts moves deliveries forward: each report once, any order."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from delivery.callbacks.incoming import Item, Report, plausible
from delivery.callbacks.posts import post_of
from delivery.errors import Refused, Remedy
from delivery.models import Attempt, Delivery, Post, ProviderStatus
from delivery.reachability import note_reached
from delivery.remedies import act_on_refusal
from delivery.results import log_delivery
from delivery.second_copies import take_back
from delivery.transitions import State, move
from delivery.waking import wake
from delivery.wiring import build_channel

ORPHAN_LIFE = timedelta(days=1)  # how long a report waits for its post to be known
BATCH = 500
UNSETTLED = (State.SENDING, State.UNCERTAIN)
ARRIVED = ("delivered", "read")


def unheard(channel: str, items: Iterable[Item]) -> list[Item]:
    """`items` without repeats and without the reports that are stored by now."""
    fresh = list(dict.fromkeys(items))
    ids = {item.provider_id for item in fresh if isinstance(item, Report)}
    stored = ProviderStatus.objects.filter(channel=channel, provider_id__in=ids)
    heard = set(stored.values_list("provider_id", "status"))
    return [
        item
        for item in fresh
        if not isinstance(item, Report) or (item.provider_id, item.status) not in heard
    ]


def apply_report(channel: str, report: Report, *, received_at: datetime, now: datetime) -> None:
    """Store `report` and do what it means; nothing when it was stored before.

    Raises NotYet when it cannot be told which post it is about.
    """
    unique = {"channel": channel, "provider_id": report.provider_id, "status": report.status}
    if ProviderStatus.objects.filter(**unique).exists():
        return
    at = plausible(report.at, now=received_at)
    facts = {"at": at, "code": report.code, "detail": report.detail, "received_at": received_at}
    with transaction.atomic():
        post = post_of(channel, report, at=at)
        status, is_new = ProviderStatus.objects.get_or_create(
            **unique, defaults={**facts, "post": post}
        )
        if is_new and post is not None:
            _take(status, post, now=now)


def apply_orphans(*, now: datetime) -> None:
    """Apply reports that came before their post's answer was stored."""
    recent = ProviderStatus.objects.filter(post=None, received_at__gt=now - ORPHAN_LIFE)
    known = recent.filter(
        provider_id__in=Post.objects.exclude(provider_id="").values("provider_id")
    )
    for orphan_id in list(known.order_by("pk").values_list("pk", flat=True)[:BATCH]):
        _adopt(orphan_id, now=now)


@transaction.atomic
def _adopt(orphan_id: int, *, now: datetime) -> None:
    status = ProviderStatus.objects.get(pk=orphan_id)
    posts = Post.objects.select_for_update().filter(channel=status.channel)
    post = posts.filter(provider_id=status.provider_id).first()
    is_first = ProviderStatus.objects.filter(pk=orphan_id, post=None).update(post=post)
    if post is not None and is_first:
        _take(status, post, now=now)


def _take(status: ProviderStatus, post: Post, *, now: datetime) -> None:
    """What a new `status` of the locked `post` does to the deliveries that it carried."""
    strays = [delivery for delivery in _unsure(post) if delivery.post_id != post.pk]
    if strays and status.status != "failed" and not post.statuses.filter(status="failed").exists():
        take_back(strays, post, now=now)
    deliveries = list(Delivery.objects.for_sending().filter(post=post).order_by("pk"))
    for delivery in deliveries:
        if delivery.state in UNSETTLED:  # the report proves that the post was accepted
            _step(delivery, post, UNSETTLED, State.SENT, sent_at=status.at, now=now)
        STEPS[status.status](delivery, status, post, now=now)
    if status.status == "failed" and deliveries:
        act_on_refusal(deliveries[0], refusal_in(status), post.channel, now=now)
    if status.status in ARRIVED and deliveries:
        note_reached(deliveries[0].recipient, is_certain=True)
    if status.status in ARRIVED and strays:
        _note_twice(strays, post, status, now=now)


def refusal_in(status: ProviderStatus) -> Refused:
    """The failure that `status` reports, with the channel's remedy for its code."""
    remedy = build_channel(status.channel).remedy_of_report(status.code)
    return Refused(status.code or "failed", status.detail, remedy=remedy)


def _sent(delivery: Delivery, status: ProviderStatus, post: Post, *, now: datetime) -> None:
    late = Delivery.objects.filter(pk=delivery.pk, sent_at__gt=status.at)
    late.update(sent_at=status.at, has_new_times=True)


def _delivered(delivery: Delivery, status: ProviderStatus, post: Post, *, now: datetime) -> None:
    if not _step(delivery, post, [State.SENT], State.DELIVERED, delivered_at=status.at, now=now):
        late = Delivery.objects.filter(pk=delivery.pk, delivered_at__gt=status.at)
        late.update(delivered_at=status.at, has_new_times=True)


def _read(delivery: Delivery, status: ProviderStatus, post: Post, *, now: datetime) -> None:
    times = {"read_at": status.at, "delivered_at": Coalesce("delivered_at", status.at)}
    _step(delivery, post, [State.SENT, State.DELIVERED], State.READ, now=now, **times)


def _failed(delivery: Delivery, status: ProviderStatus, post: Post, *, now: datetime) -> None:
    refusal = refusal_in(status)
    reason = str(refusal)[:300]
    if refusal.remedy == Remedy.TEMPLATE and _switch(delivery, post, reason, now=now):
        return
    if not _step(delivery, post, [State.SENT], State.FAILED, reason=reason, now=now):
        text = f"was reported as failed after it had arrived: {refusal}"
        log_delivery("contradicted", delivery, now=now, text=text)


STEPS: dict[str, Callable[..., None]] = {
    "sent": _sent,
    "delivered": _delivered,
    "read": _read,
    "failed": _failed,
}


def _step(
    delivery: Delivery,
    post: Post,
    from_states: Sequence[State],
    to: State,
    *,
    now: datetime,
    **fields: object,
) -> bool:
    """True if the delivery, still carried by `post`, went to `to`; then the log says so."""
    reason = fields.pop("reason", "")
    moved = move(delivery.pk, from_states, to, only_if=Q(post=post), reason=reason, **fields)
    if moved:
        text = f"is {to}, as {post.channel} reports" + (f": {reason}" if reason else "")
        log_delivery(to.value, delivery, now=now, text=text)
    return moved


def _switch(delivery: Delivery, post: Post, reason: str, *, now: datetime) -> bool:
    """True if it goes once more, as the approved template."""
    still = Q(post=post, as_template=False, deliver_by__gt=now)
    again = {"as_template": True, "due_at": now, "reason": reason}
    if not move(delivery.pk, [State.SENT], State.PENDING, only_if=still, **again):
        return False
    text = "was refused as free text and goes as the template"
    log_delivery("switched", delivery, now=now, text=text)
    transaction.on_commit(wake)
    return True


def _note_twice(
    strays: Iterable[Delivery], post: Post, status: ProviderStatus, *, now: datetime
) -> None:
    """Somebody had it sent again, and it was; and now we hear that the first copy arrived."""
    if post.statuses.filter(status__in=ARRIVED).exclude(pk=status.pk).exists():
        return
    for delivery in strays:
        if delivery.post_id is not None:
            text = "had arrived before it was sent again"
            log_delivery("came_twice", delivery, now=now, text=text)


def _unsure(post: Post) -> QuerySet[Delivery]:
    """Deliveries of which nobody knew for a while whether `post` had carried them."""
    unknown = Attempt.objects.filter(post=post, outcome=Attempt.Outcome.UNKNOWN)
    return Delivery.objects.for_sending().filter(pk__in=unknown.values("delivery"))
