"""The signals list: its page, its live parts and its file."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.fragments import fragment
from access.pages import viewer_required
from signals.pages.export import csv_response
from signals.pages.filters import Asked, FilterForm, asked
from signals.pages.listing import page_again, page_of, tab_links


@require_GET
@viewer_required
def signals_page(request: HttpRequest) -> HttpResponse:
    """A page of the list under the filters of the URL."""
    form, wanted = _read(request)
    shown = {
        "form": form,
        "asked": wanted,
        "tabs": tab_links(wanted),
        "page": page_of(wanted, request.GET),
    }
    return render(request, "signals/signals.html", shown)


@require_GET
@viewer_required
def tabs_part(request: HttpRequest) -> HttpResponse:
    """The tabs with their counts, if they differ from what the browser has."""
    wanted = _read(request)[1]
    return fragment(request, "signals/_tabs.html", tabs=tab_links(wanted), asked=wanted)


@require_GET
@viewer_required
def list_part(request: HttpRequest) -> HttpResponse:
    """The rows a page shows as they are now, and those that came in above them."""
    wanted = _read(request)[1]
    page = page_again(wanted, request.GET)
    return fragment(request, "signals/_list.html", page=page, asked=wanted)


@require_GET
@viewer_required
def export(request: HttpRequest) -> HttpResponseBase:
    """Every signal of the tab under the filters, as a file; a wrong filter shows on the page."""
    wanted = _read(request)[1]
    if not wanted.is_clear:
        return redirect(f"{reverse('signals')}?{wanted.query()}")
    return csv_response(request, wanted, today=timezone.localdate())


def _read(request: HttpRequest) -> tuple[FilterForm, Asked]:
    form = FilterForm(request.GET)
    return form, asked(form, today=timezone.localdate())
