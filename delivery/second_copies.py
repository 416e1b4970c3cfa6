"""When a message was sent again by hand and its first copy turns out to have been accepted."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from delivery.models import Delivery, Post
from delivery.transitions import State, move

LEASE = timedelta(minutes=1)  # of a row on its way back to its first post


def take_back(strays: Iterable[Delivery], post: Post, *, now: datetime) -> None:
    """Rows that wait for a second copy carry the accepted `post` again: none is sent.

    They take the steps of every post, through `claimed` to `sending`, so that what is known of the
    first copy can be recorded as if nobody had interfered.
    """
    for delivery in strays:
        if move(delivery.pk, [State.PENDING], State.CLAIMED, claimed_until=now + LEASE):
            first = {"post": post, "sending_at": post.created_at, "claimed_until": None}
            move(delivery.pk, [State.CLAIMED], State.SENDING, **first)
