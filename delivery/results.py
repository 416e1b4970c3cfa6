"""What came of a post: one transaction for the attempt, the step and the event."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.log import log_event
from delivery.channels.base import Receipt
from delivery.errors import DeliveryError, MaybeLeft, NeverLeft, Refused, Remedy
from delivery.models import Attempt, Delivery, Post
from delivery.transitions import State, move

Outcome = Attempt.Outcome

LONGEST_WAIT = timedelta(minutes=5)
CHANNEL_HOLD = timedelta(minutes=5)
MOST_ATTEMPTS = 6  # then the provider's fault is reported as a failure


@transaction.atomic
def record_receipt(delivery: Delivery, post: Post, receipt: Receipt, *, now: datetime) -> None:
    """The provider has it; also settles a row the sweeper called uncertain meanwhile."""
    Post.objects.filter(pk=post.pk).update(provider_id=receipt.provider_id)
    _add_attempt(delivery, post, Outcome.ACCEPTED, now=now)
    if not move(delivery.pk, [State.SENDING, State.UNCERTAIN], State.SENT, sent_at=now, reason=""):
        return
    _log("sent", delivery, now=now, text=f"was sent on {post.channel}")
    if receipt.is_delivered:
        move(delivery.pk, [State.SENT], State.DELIVERED, delivered_at=now)


@transaction.atomic
def record_failure(delivery: Delivery, post: Post, error: DeliveryError, *, now: datetime) -> None:
    """Not accepted: again later, or failed. Unknown: held as uncertain, never posted again."""
    outcome = Outcome.UNKNOWN if isinstance(error, MaybeLeft) else Outcome.REFUSED
    _add_attempt(delivery, post, outcome, now=now, code=error.code, detail=error.detail)
    delivery.refresh_from_db(fields=["attempts_made", "as_template"])
    match error:
        case MaybeLeft():
            _hold_as_uncertain(delivery, str(error), now=now)
        case Refused(remedy=Remedy.TEMPLATE) if not delivery.as_template:
            _again(delivery, error, wait=timedelta(0), now=now, as_template=True)
        case Refused(remedy=Remedy.HOLD_CHANNEL):
            _again(delivery, error, wait=CHANNEL_HOLD, now=now)
            _log("held", delivery, now=now, text=f"waits, the channel refuses: {error}")
        case Refused(remedy=Remedy.RETRY) if delivery.attempts_made >= MOST_ATTEMPTS:
            _fail(delivery, error, now=now)
        case NeverLeft() | Refused(remedy=Remedy.RETRY | Remedy.RETRY_RECIPIENT):
            _again(delivery, error, wait=backoff(delivery.attempts_made), now=now)
        case _:
            _fail(delivery, error, now=now)


@transaction.atomic
def record_no_result(delivery: Delivery, *, now: datetime) -> None:
    """The sender died or froze after `sending_at`: whether it posted, nobody knows."""
    error = MaybeLeft("no_result", "the sender stopped before it could record an answer")
    if _hold_as_uncertain(delivery, str(error), now=now) and delivery.post is not None:
        unknown = Outcome.UNKNOWN
        _add_attempt(
            delivery, delivery.post, unknown, now=now, code=error.code, detail=error.detail
        )


@transaction.atomic
def record_expired(delivery: Delivery, *, now: datetime) -> None:
    """Its time to be of use has passed unsent; the last refusal, if any, stays readable."""
    reason = f"too late to be of use; {delivery.reason}" if delivery.reason else "too late"
    if move(delivery.pk, [State.PENDING], State.EXPIRED, reason=reason[:300]):
        _log("expired", delivery, now=now, text="was not sent in time")


def backoff(attempts_made: int) -> timedelta:
    """Meta's formula: 4^X seconds, X = 0 after the first attempt; at most 5 minutes."""
    return min(timedelta(seconds=4 ** max(0, min(attempts_made, 6) - 1)), LONGEST_WAIT)


def _again(
    delivery: Delivery,
    error: DeliveryError,
    *,
    wait: timedelta,
    now: datetime,
    as_template: bool | None = None,
) -> None:
    switched = delivery.as_template if as_template is None else as_template
    move(
        delivery.pk,
        [State.SENDING],
        State.PENDING,
        due_at=now + wait,
        reason=str(error)[:300],
        as_template=switched,
    )


def _fail(delivery: Delivery, error: DeliveryError, *, now: datetime) -> None:
    open_states = [State.SENDING, State.UNCERTAIN]
    if move(delivery.pk, open_states, State.FAILED, reason=str(error)[:300]):
        _log("failed", delivery, now=now, text=f"failed: {error}")


def _hold_as_uncertain(delivery: Delivery, reason: str, *, now: datetime) -> bool:
    held = move(delivery.pk, [State.SENDING], State.UNCERTAIN, reason=reason[:300])
    if held:
        _log("uncertain", delivery, now=now, text=f"may have arrived, {reason}")
    return held


def _add_attempt(
    delivery: Delivery,
    post: Post,
    outcome: Attempt.Outcome,
    *,
    now: datetime,
    code: str = "",
    detail: str = "",
) -> None:
    Attempt.objects.create(
        delivery=delivery,
        post=post,
        channel=post.channel,
        at=now,
        outcome=outcome,
        code=code[:40],
        detail=detail[:300],
    )


def _log(what: str, delivery: Delivery, *, now: datetime, text: str) -> None:
    log_event(
        f"delivery.{what}",
        at=now,
        subject=f"delivery:{delivery.pk}",
        text=f"{delivery.message.title} to recipient {delivery.recipient_id} {text}",
        payload={"message": delivery.message.key, "recipient": delivery.recipient_id},
    )
