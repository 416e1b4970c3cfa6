"""A person settles what nobody could know: it arrived after all, or it is to be sent again."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from audit.log import log_event
from delivery.hand_sends import HAND_SEND_LIFE, HandSendRefused, require_pushes
from delivery.models import Delivery
from delivery.models.messages import OBEYS_PAUSE
from delivery.results import about
from delivery.transitions import State, move
from delivery.waking import wake


def sharing_its_post(delivery: Delivery) -> list[Delivery]:
    """The uncertain deliveries of the same post: one post, so they arrived together or not."""
    if delivery.post_id is None:
        return []
    uncertain = Delivery.objects.for_sending().filter(state=State.UNCERTAIN)
    return list(uncertain.filter(post_id=delivery.post_id).order_by("pk"))


@transaction.atomic
def resolve_arrived(delivery: Delivery, *, by: str, now: datetime) -> list[Delivery]:
    """The deliveries of its post, now `sent` at the time they were posted.

    Raises HandSendRefused when it was settled meanwhile.
    """
    settled = []
    for each in sharing_its_post(delivery):
        reason = f"{by} says it arrived"
        if move(
            each.pk, [State.UNCERTAIN], State.SENT, sent_at=F("sending_at"), reason=reason[:300]
        ):
            settled.append(each)
            _log("arrived", each, by=by, now=now, text="was settled: it arrived")
    _require_settled(delivery, settled)
    return settled


@transaction.atomic
def resolve_send_again(delivery: Delivery, *, by: str, now: datetime) -> list[Delivery]:
    """The deliveries of its post, now due for at least five more minutes.

    Raises HandSendRefused when it was settled meanwhile, when the recipient may not be sent to and,
    for what obeys it, under the kill switch.
    """
    together, settled = sharing_its_post(delivery), []
    if together:
        _require_sendable(together)
    for each in together:
        deliver_by = max(each.deliver_by, now + HAND_SEND_LIFE)
        again = {"due_at": now, "deliver_by": deliver_by, "reason": f"{by} sends it again"[:300]}
        if move(each.pk, [State.UNCERTAIN], State.PENDING, **again):
            settled.append(each)
            _log("sent_again", each, by=by, now=now, text="was settled: it is sent again")
    _require_settled(delivery, settled)
    transaction.on_commit(wake)
    return settled


def _require_sendable(together: list[Delivery]) -> None:
    """Raise HandSendRefused unless these deliveries of one post may be sent again now."""
    if any(each.message.kind in OBEYS_PAUSE for each in together):
        require_pushes()
    who = together[0].recipient
    if not who.is_reachable:
        why = "opted out" if who.opted_out_at else "is paused: resume them in the admin first"
        text = f"Nothing may be sent to {who.name}, who {why}."
        raise HandSendRefused(text, code="NOBODY_TO_SEND_TO")


def _require_settled(delivery: Delivery, settled: list[Delivery]) -> None:
    """Raise HandSendRefused unless `delivery` is among what was settled just now."""
    if any(each.pk == delivery.pk for each in settled):
        return
    now_is = Delivery.objects.get(pk=delivery.pk).get_state_display().lower()
    text = f"It needs no decision any more: it is {now_is} now."
    raise HandSendRefused(text, code="NOT_UNCERTAIN")


def _log(what: str, delivery: Delivery, *, by: str, now: datetime, text: str) -> None:
    log_event(
        f"delivery.{what}",
        at=now,
        actor=by,
        subject=f"delivery:{delivery.pk}",
        text=f"{delivery.message.title} to recipient {delivery.recipient_id} {text}",
        payload=about(delivery),
    )
