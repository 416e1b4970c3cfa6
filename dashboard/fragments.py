"""The live parts of the pages: polled every 2 s, 204 while nothing has changed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.pages import viewer_required
from dashboard.overview import activity, top
from dashboard.phone import phone
from dashboard.status import desk_status
from dashboard.symbol_rows import symbol_rows
from dashboard.versions import version


@dataclass(frozen=True)
class Part:
    """A template and the value it shows, under the name it has there."""

    template: str
    name: str
    read: Callable[[datetime], Any]


PARTS = {
    "status": Part("dashboard/_status.html", "status", lambda now: desk_status(now=now)),
    "cards": Part("dashboard/_cards.html", "top", lambda now: top(now=now)),
    "symbols": Part("dashboard/_symbols.html", "symbols", lambda now: symbol_rows(now=now)),
    "activity": Part("dashboard/_activity.html", "activity", lambda now: activity()),
    "phone": Part("dashboard/_phone.html", "phone", lambda now: phone()),
}


@require_GET
@viewer_required
def live(request: HttpRequest, name: str) -> HttpResponse:
    """One part of a page if it differs from the version the browser has, else 204."""
    part = PARTS.get(name)
    if part is None:
        raise Http404
    value = part.read(timezone.now())
    if request.GET.get("v") == version(value):
        return HttpResponse(status=204)
    return render(request, part.template, {part.name: value})
