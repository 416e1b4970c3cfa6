"""The Overview, and each of its parts alone."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.fragments import fragment
from access.pages import viewer_required
from dashboard.overview.page import overview
from dashboard.overview.parts import PARTS


@require_GET
@viewer_required
def overview_page(request: HttpRequest) -> HttpResponse:
    """The desk on one page."""
    now = timezone.now()
    desk = overview(request.user, now=now)
    return render(request, "dashboard/overview/overview.html", {"desk": desk, "now": now})


@require_GET
@viewer_required
def live(request: HttpRequest, name: str) -> HttpResponse:
    """One part of a page if it differs from the version the browser has, else 204."""
    part = PARTS.get(name)
    if part is None:
        raise Http404
    if not request.user.has_perm(part.permission):
        raise PermissionDenied
    return fragment(request, part.template, **{part.name: part.read(request.user, timezone.now())})
