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

COMPUTED_A_MINUTE, FILES_A_MINUTE = 30, 6  # for all strangers; what is kept counts no more
P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
STANDINGS: dict[State, str] = {
    "clean": "Days of this period were computed again, and every decision came out the same.",
    "amber": "Days of this period were computed again, and not every decision came out the same.",
    "unchecked": "No day of this period was computed again yet.",
}


class TooManyError(Exception):
    """Asked too often this minute."""

    def __init__(self, *, wait: int) -> None:
        super().__init__(f"asked too often; wait {wait} seconds")
        self.wait = wait  # seconds


def record_reader(view: View[P]) -> View[P]:
    """A decorator: viewers, and anybody while PUBLIC_TRACK_RECORD is on, so often a minute."""
    for_viewers = viewer_required(view)

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not settings.PUBLIC_TRACK_RECORD or not is_stranger(request):
            return for_viewers(request, *args, **kwargs)
        try:
            _count_ask(request)
            return view(request, *args, **kwargs)
        except TooManyError as refusal:
            return _refused(request, refusal)

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


def _count_ask(request: HttpRequest) -> None:
    """Count what an address asks for; with the public API, as often a minute."""
    limit, window = rate(PublicThrottle.scope)
    name = f"{PublicThrottle.scope}:address:{counted_address(request)}"
    _count(name, limit=limit, window=window)


def count_computing() -> None:
    """Count one record computed for strangers, all of them together: it may cost seconds."""
    _count("record:strangers", limit=COMPUTED_A_MINUTE, window=60)


def count_file() -> None:
    """Count one file made for strangers, all of them together: it reads every signal."""
    _count("record-file:strangers", limit=FILES_A_MINUTE, window=60)


def _count(name: str, *, limit: int, window: int) -> None:
    now = timezone.now()
    if count(name, now=now, window=window) > limit:
        raise TooManyError(wait=int(seconds_left(now=now, window=window)) + 1)


def _refused(request: HttpRequest, refusal: TooManyError) -> HttpResponse:
    """The answer to what was asked too often this minute."""
    answer = render(request, "429.html", {"wait": refusal.wait}, status=429)
    answer["Retry-After"] = str(refusal.wait)
    return answer
