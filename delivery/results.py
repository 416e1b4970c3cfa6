"""What came of a post: one transaction for the attempts, the steps and the events."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from audit.log import log_event, one_line
from delivery import channel_states
from delivery.channels.base import Receipt
from delivery.channels.registry import channel_called
from delivery.errors import DeliveryError, MaybeLeft, NeverLeft, Refused, Remedy
from delivery.models import Attempt, Delivery, Post
from delivery.reachability import note_failure, note_reached, refund
from delivery.remedies import act_on_refusal, wait_after
from delivery.second_copies import take_back
from delivery.transitions import State, move
from delivery.wording import reason_text

Outcome = Attempt.Outcome

LAST_TRY = timedelta(seconds=15)  # before `deliver_by`: no wait skips it
MOST_ATTEMPTS = 6  # then the provider's fault is reported as a failure


@transaction.atomic
def record_receipt(
    deliveries: Sequence[Delivery], post: Post, receipt: Receipt, *, now: datetime
) -> None:
    """The provider has it; also settles rows the sweeper called uncertain meanwhile."""
    Post.objects.filter(pk=post.pk).update(provider_id=one_line(receipt.provider_id, limit=200))
    _add_attempts(deliveries, post, Outcome.ACCEPTED, now=now)
    for delivery in deliveries:
        if not _sent(delivery, post, now=now) and not _has_failed(post):
            take_back([delivery], post, now=now)
            _sent(delivery, post, now=now)
        if receipt.is_delivered:
            _step(delivery, post, [State.SENT], State.DELIVERED, delivered_at=now)
    channel_states.note_acceptance(post.channel, posted_at=post.created_at, now=now)
    note_reached(
        deliveries[0].recipient,
        provider_address=one_line(receipt.provider_address, limit=200),
        is_certain=not channel_called(post.channel).has_reports,
    )


def _sent(delivery: Delivery, post: Post, *, now: datetime) -> bool:
    """True if `post` carried it and this is how we learn that it was accepted."""
    open_states = [State.SENDING, State.UNCERTAIN]
    was_open = _step(delivery, post, open_states, State.SENT, sent_at=now, reason="")
    if was_open:
        how = channel_called(post.channel).label
        log_delivery("sent", delivery, now=now, text=f"was sent by {how}")
    return was_open


def _has_failed(post: Post) -> bool:
    """Whether its failure was reported before its acceptance could be stored."""
    return post.statuses.filter(status="failed").exists()


@transaction.atomic
def record_failure(
    deliveries: Sequence[Delivery], post: Post, error: DeliveryError, *, now: datetime
) -> None:
    """Not accepted: again later, or failed. Unknown: held as uncertain, never posted again."""
    outcome = Outcome.UNKNOWN if isinstance(error, MaybeLeft) else Outcome.REFUSED
    if not isinstance(error, MaybeLeft):
        channel_states.locked_state(post.channel)  # before the recipient, as a claim locks them
    _add_attempts(deliveries, post, outcome, now=now, error=error)
    for delivery in deliveries:
        delivery.refresh_from_db(fields=["attempts_made", "as_template", "is_unquoted", "due_at"])
        _settle(delivery, post, error, now=now)
    if not isinstance(error, MaybeLeft):
        refund(deliveries[0].recipient, channel_called(post.channel).pace)
    if isinstance(error, Refused):
        act_on_refusal(deliveries[0], error, post.channel, now=now)
    elif error.code == "no_connection" and not channel_called(post.channel).posts_to_address:
        channel_states.note_error(post.channel, str(error), now=now)


@transaction.atomic
def record_no_result(delivery: Delivery, *, now: datetime) -> None:
    """The sender died or froze after `sending_at`: whether it posted, nobody knows."""
    error = MaybeLeft("no_result", "the sender stopped before it could record an answer")
    post = delivery.post
    if post is not None and _hold_as_uncertain(delivery, post, str(error), now=now):
        _add_attempts([delivery], post, Outcome.UNKNOWN, now=now, error=error)


@transaction.atomic
def record_not_accepted(delivery: Delivery, why: str, *, now: datetime) -> None:
    """The sender is gone, and posting again cannot double anything: it is due at once."""
    error, post = NeverLeft("sender_died", why), delivery.post
    again = {"due_at": now, "reason": str(error)}
    if post is not None and _step(delivery, post, [State.SENDING], State.PENDING, **again):
        _add_attempts([delivery], post, Outcome.REFUSED, now=now, error=error)


@transaction.atomic
def record_expired(delivery: Delivery, *, now: datetime) -> None:
    """Its time to be of use has passed unsent; the last refusal, if any, stays readable."""
    reason = f"too late to be of use; {delivery.reason}" if delivery.reason else "too late"
    if move(delivery.pk, [State.PENDING], State.EXPIRED, reason=reason[:300]):
        log_delivery("expired", delivery, now=now, text="was not sent in time")
        if delivery.attempts_made and channel_called(delivery.recipient.channel).posts_to_address:
            note_failure(delivery.recipient, reason, now=now)  # it is their own server that fails


def log_delivery(what: str, delivery: Delivery, *, now: datetime, text: str) -> None:
    """One event about a delivery; recipients by number, for the log keeps no addresses."""
    log_event(
        f"delivery.{what}",
        at=now,
        subject=f"delivery:{delivery.pk}",
        text=f"{delivery.message.title} to recipient {delivery.recipient_id} {text}",
        payload=about(delivery),
    )


def about(delivery: Delivery) -> dict[str, object]:
    """What a line of the log about a delivery is about, for programs."""
    message = delivery.message
    return {"message": message.key, "tags": message.tags, "recipient": delivery.recipient_id}


def _step(
    delivery: Delivery, post: Post, from_states: Sequence[State], to: State, **fields: object
) -> bool:
    """True if `delivery` went to `to`; False too when `post` does not carry it any more."""
    return move(delivery.pk, from_states, to, only_if=Q(post=post), **fields)


def _settle(delivery: Delivery, post: Post, error: DeliveryError, *, now: datetime) -> None:
    """The next step of one delivery after `error`."""
    match error:
        case MaybeLeft():
            _hold_as_uncertain(delivery, post, str(error), now=now)
        case Refused(remedy=Remedy.TEMPLATE) if not delivery.as_template:
            _again(delivery, post, error, wait=timedelta(0), now=now, as_template=True)
        case Refused(remedy=Remedy.UNQUOTE) if not delivery.is_unquoted:
            _again(delivery, post, error, wait=timedelta(0), now=now, is_unquoted=True)
        case Refused(remedy=Remedy.RETRY | Remedy.MOVED) if delivery.attempts_made >= MOST_ATTEMPTS:
            _fail(delivery, post, error, now=now)
        case Refused(remedy=Remedy.PAUSE_CHANNEL | Remedy.STOP_CHANNEL | Remedy.MOVED):
            _again(delivery, post, error, wait=timedelta(0), now=now)
        case NeverLeft() | Refused(remedy=Remedy.RETRY | Remedy.RETRY_RECIPIENT | Remedy.SLOW_DOWN):
            _again(delivery, post, error, wait=wait_after(delivery, error), now=now)
        case _:
            _fail(delivery, post, error, now=now)


def _again(
    delivery: Delivery,
    post: Post,
    error: DeliveryError,
    *,
    wait: timedelta,
    now: datetime,
    **switched: bool,
) -> None:
    """Back to pending; a wait that would miss `deliver_by` ends with one last try before it.

    `switched`: what is different at the next try.
    """
    last_try = max(now, delivery.deliver_by - LAST_TRY)
    due_at = now + wait if now + wait < delivery.deliver_by else last_try
    due_at = due_at if due_at > now else now + wait  # it had its last try
    reason = str(error)[:300]
    _step(
        delivery,
        post,
        [State.SENDING],
        State.PENDING,
        due_at=due_at,
        reason=reason,
        **switched,
    )


def _fail(delivery: Delivery, post: Post, error: DeliveryError, *, now: datetime) -> None:
    open_states = [State.SENDING, State.UNCERTAIN]
    if _step(delivery, post, open_states, State.FAILED, reason=str(error)[:300]):
        log_delivery("failed", delivery, now=now, text=f"failed: {reason_text(str(error))}")


def _hold_as_uncertain(delivery: Delivery, post: Post, reason: str, *, now: datetime) -> bool:
    held = _step(delivery, post, [State.SENDING], State.UNCERTAIN, reason=reason[:300])
    if held:
        log_delivery(
            "uncertain", delivery, now=now, text=f"may have arrived: {reason_text(reason)}"
        )
    return held


def _add_attempts(
    deliveries: Iterable[Delivery],
    post: Post,
    outcome: Attempt.Outcome,
    *,
    now: datetime,
    error: DeliveryError | None = None,
) -> None:
    Attempt.objects.bulk_create(
        Attempt(
            delivery=delivery,
            post=post,
            channel=post.channel,
            at=now,
            outcome=outcome,
            code=error.code[:40] if error else "",
            detail=error.detail[:300] if error else "",
        )
        for delivery in deliveries
    )
