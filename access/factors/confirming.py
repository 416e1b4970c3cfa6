"""Before factors change, whoever sits there proves again who it is; it holds for ten minutes."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.utils import timezone
from django.utils.http import urlencode

CONFIRMED = "confirmed_at"  # session: when the person last proved it, signing in included
HOLDS = timedelta(minutes=10)

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def confirm(request: HttpRequest, *, now: datetime) -> None:
    """Remember that the person has just proven who it is."""
    request.session[CONFIRMED] = now.timestamp()


def is_confirmed(request: HttpRequest, *, now: datetime) -> bool:
    """Whether that was a moment ago."""
    age = now.timestamp() - request.session.get(CONFIRMED, 0.0)
    return bool(0 <= age < HOLDS.total_seconds())


def confirmation_required(view: View[P]) -> View[P]:
    """Sends whoever has not proven it lately to do so, and back."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if is_confirmed(request, now=timezone.now()):
            return view(request, *args, **kwargs)
        return redirect(f"{resolve_url('confirm')}?{urlencode({'next': request.path})}")

    return guarded
