"""The pages that join apps, and the two links of every page's frame."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from access.pages import viewer_required
from dashboard.overview import overview

YEAR = 31_536_000  # seconds


@require_GET
@viewer_required
def overview_page(request: HttpRequest) -> HttpResponse:
    """The desk on one page."""
    now = timezone.now()
    return render(request, "dashboard/overview.html", {"desk": overview(now=now), "now": now})


@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    """Light and dark change places; for browsers without script, desk.js does it on the spot."""
    back = request.headers.get("Referer", "")
    own = url_has_allowed_host_and_scheme(back, {request.get_host()})
    response = redirect(back if own else "overview")
    theme = "light" if request.COOKIES.get("theme") == "dark" else "dark"
    response.set_cookie("theme", theme, max_age=YEAR, samesite="Lax", secure=request.is_secure())
    return response
