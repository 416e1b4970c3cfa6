from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.pages import viewer_required
from dashboard.docs.content import installation
from dashboard.docs.errors import ERRORS

SECTIONS = (
    ("start", "Before you start"),
    ("authentication", "Authentication"),
    ("signals", "Pull signals"),
    ("stream", "Stream"),
    ("candles", "Push candles"),
    ("desk", "Run the desk"),
    ("text", "The WhatsApp text"),
    ("callbacks", "WhatsApp webhook"),
    ("webhooks", "Outgoing webhooks"),
    ("errors", "Errors and limits"),
)


@require_GET
@viewer_required
def docs_page(request: HttpRequest) -> HttpResponse:
    """How scripts use this very desk."""
    context = {
        "desk": installation(now=timezone.now()),
        "errors": ERRORS,
        "sections": SECTIONS,
        "templates": [f"dashboard/docs/_{name}.html" for name, _ in SECTIONS],
    }
    return render(request, "dashboard/docs/docs.html", context)
