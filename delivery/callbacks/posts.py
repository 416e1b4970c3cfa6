"""Which post a provider's report is about."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q

from delivery.callbacks.incoming import Report
from delivery.models import Attempt, Delivery, Post

WHOLE_SECONDS = timedelta(seconds=1)  # providers cut their times to whole seconds


class NotYet(Exception):
    """It cannot be told before a post that is on its way has its answer: ask again in seconds."""


def post_of(channel: str, report: Report, *, at: datetime) -> Post | None:
    """The post that `report` is about, locked; None when none of ours is known by then.

    Known by its provider id; else, since our answer may be lost or later than the report, by the
    delivery id that the provider echoes. Then the post takes the provider id.
    """
    named = Post.objects.select_for_update().filter(channel=channel)
    post = named.filter(provider_id=report.provider_id).first()
    if post is not None or not report.echo:
        return post
    unnamed = _unnamed_post(channel, report.echo, at=at)
    if unnamed is None:
        return None
    post = Post.objects.select_for_update().get(pk=unnamed.pk)
    if post.provider_id:  # its answer came between these two looks
        raise NotYet
    post.provider_id = report.provider_id
    post.save(update_fields=["provider_id"])
    return post


def _unnamed_post(channel: str, echo: str, *, at: datetime) -> Post | None:
    """The post of this delivery that nobody knows the provider id of."""
    try:
        delivery = Delivery.objects.get(public_id=UUID(echo), recipient__channel=channel)
    except (ValueError, Delivery.DoesNotExist):
        return None
    unanswered = Attempt.objects.filter(delivery=delivery, outcome=Attempt.Outcome.UNKNOWN)
    own = Q(pk=delivery.post_id) | Q(pk__in=unanswered.values("post"))
    posts = list(Post.objects.filter(own, provider_id="").order_by("created_at", "pk"))
    if len(posts) > 1 and delivery.state == Delivery.State.SENDING:
        raise NotYet  # an earlier copy was sent again by hand: the answer will tell them apart
    made_before = [post for post in posts if post.created_at <= at + WHOLE_SECONDS]
    return made_before[-1] if made_before else next(iter(posts), None)
