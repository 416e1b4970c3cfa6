"""The page that answers for any minute of any symbol."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.pages import viewer_required
from dashboard.why.asking import WhyForm, asked
from dashboard.why.page import page


@require_GET
@viewer_required
def why_page(request: HttpRequest) -> HttpResponse:
    """What each config made of a minute, computed again, beside what was recorded."""
    now = timezone.now()
    form = WhyForm(request.GET, now=now)
    found = asked(form)
    shown = {"form": form, "page": page(found, now=now) if found else None}
    return render(request, "dashboard/why/why.html", shown)
