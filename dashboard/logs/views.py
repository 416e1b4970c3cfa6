"""The log page, its live list, and one event."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from access.fragments import fragment, frame_for
from access.pages import permission_page
from access.roles import READ_LOG
from audit.models import Event
from dashboard.logs.detail import detail
from dashboard.logs.filters import GROUP_CHOICES, LogFilter
from dashboard.logs.listing import Log, log
from dashboard.logs.queries import WINDOW

log_reader_required = permission_page(READ_LOG)


@require_GET
@log_reader_required
def logs_page(request: HttpRequest) -> HttpResponse:
    """The newest events, by kind, symbol and words."""
    form = LogFilter(request.GET)
    form.is_valid()
    tabs = [(title, form.query(group=slug), slug) for slug, title in GROUP_CHOICES]
    shown = log(form.wanted, request.user)
    context = {"form": form, "tabs": tabs, "log": shown, **_around(form, shown)}
    return render(request, "dashboard/logs/logs.html", context)


@require_GET
@log_reader_required
def log_lines(request: HttpRequest) -> HttpResponse:
    """The list alone: 204 while nothing is new."""
    form = LogFilter(request.GET)
    form.is_valid()
    shown = log(form.wanted, request.user)
    return fragment(request, "dashboard/logs/_lines.html", log=shown, **_around(form, shown))


@require_GET
@log_reader_required
def event_page(request: HttpRequest, event_id: int) -> HttpResponse:
    """One event with its details; a dialog for htmx."""
    shown = detail(get_object_or_404(Event, pk=event_id), request.user)
    return render(
        request, "dashboard/logs/event.html", {"event": shown, "frame": frame_for(request)}
    )


def _around(form: LogFilter, shown: Log) -> dict[str, object]:
    """The addresses of the list and of the pages beside it."""
    before = form.cleaned_data.get("before")
    return {
        "source": reverse("log-lines") + form.query(),
        "newest": reverse("logs") + form.query(),
        "older": reverse("logs") + form.query(before=shown.older) if shown.older else "",
        "is_live": before is None,
        "is_filtered": bool(form.query()),
        "window": WINDOW,
    }
