"""The track record as anybody may see it, where the setting PUBLIC_TRACK_RECORD says so."""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone

from access.addresses import counted_address
from access.counters import count, seconds_left
from access.pages import viewer_required
from access.roles import READ_DESK
from access.throttles import PublicThrottle, rate
from signals.parity.standing import Standing, State
from signals.track_record.record import Group, TrackRecord

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
STANDINGS: dict[State, str] = {
    "clean": "Days of this period were computed again, and every decision came out the same.",
    "amber": "Days of this period were computed again, and not every decision came out the same.",
    "unchecked": "No day of this period was computed again yet.",
}


def record_reader(view: View[P]) -> View[P]:
    """A decorator: viewers, and anybody while PUBLIC_TRACK_RECORD is on, so often a minute."""
    for_viewers = viewer_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.PUBLIC_TRACK_RECORD or not is_stranger(request):
            return for_viewers(request, *args, **kwargs)
        return _too_many(request) or view(request, *args, **kwargs)

    return guarded


def is_stranger(request: HttpRequest) -> bool:
    """Whether the request's person may not read the desk."""
    return not request.user.has_perm(READ_DESK)


def for_public(record: TrackRecord) -> TrackRecord:
    """`record` without what is the desk's own: what it blocked, whom it told, how it differed."""
    return replace(
        record,
        whole=_for_public(record.whole),
        cuts={
            name: [_for_public(group) for group in groups] for name, groups in record.cuts.items()
        },
        guards=(),
        delay=None,
        standing=record.standing and _state_only(record.standing),
    )


def _for_public(group: Group) -> Group:
    return replace(group, blocked=None)


def _state_only(standing: Standing) -> Standing:
    return Standing(state=standing.state, text=STANDINGS[standing.state])


def _too_many(request: HttpRequest) -> HttpResponse | None:
    """The refusal of an address that asked too often this minute; it counts with the public API."""
    limit, window = rate(PublicThrottle.scope)
    now = timezone.now()
    name = f"{PublicThrottle.scope}:address:{counted_address(request)}"
    if count(name, now=now, window=window) <= limit:
        return None
    wait = int(seconds_left(now=now, window=window)) + 1
    answer = render(request, "429.html", {"wait": wait}, status=429)
    answer["Retry-After"] = str(wait)
    return answer
