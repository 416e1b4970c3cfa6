"""The track record: its page, the parts of it that follow what closes, and its chart."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.fragments import fragment, version
from risk.telling.chart import drawn
from risk.telling.drawing import curve
from signals.pages.record.choosing import Chooser, chooser
from signals.pages.record.page import FIRST_CUT, glance, tables
from signals.pages.record.terms import TERMS
from signals.track_record import (
    CUTS,
    EXTRAS,
    Asked,
    RecordForm,
    TrackRecord,
    asked_of,
    kept_record,
)
from signals.track_record.public import count_computing, for_public, is_stranger, record_reader

PARTS = {"figures": "signals/record/_figures.html", "tables": "signals/record/_tables.html"}


@require_GET
@record_reader
def record_page(request: HttpRequest) -> HttpResponse:
    """The figures of what the URL asks for; of a question nobody understands, what is wrong."""
    form, asked = _read(request)
    shown = {"form": form, "chooser": _chooser(request, asked), **_reader(request)}
    if asked:
        record = _record(request, asked)
        chart = drawn(record.equity)
        shown |= {"chart": chart, "curve": curve(chart.points), **_parts(request, record, asked)}
    return render(request, "signals/track_record.html", shown)


@require_GET
@record_reader
def record_part(request: HttpRequest, name: str) -> HttpResponse:
    """One part of the page as it is now; 204 while nothing in it has changed."""
    asked = _read(request)[1]
    if name not in PARTS or asked is None:
        raise Http404
    shown = _parts(request, _record(request, asked), asked)
    return fragment(request, PARTS[name], **{name: shown.pop(name)}, **shown, **_reader(request))


@require_GET
@record_reader
def record_chart(request: HttpRequest) -> HttpResponse:
    """Equity and drawdown as JSON; 204 while nothing in them has changed."""
    asked = _read(request)[1]
    if asked is None:
        raise Http404
    shown = drawn(_record(request, asked).equity)
    token = version(shown)
    if request.GET.get("v") == token:
        return HttpResponse(status=204)
    return JsonResponse({**asdict(shown), "version": token})


def _read(request: HttpRequest) -> tuple[RecordForm, Asked | None]:
    form = RecordForm(request.GET)
    return form, asked_of(form, today=timezone.now().date())


def _reader(request: HttpRequest) -> dict[str, Any]:
    """The frame around the page, and the terms a reader needs; a stranger is told less."""
    is_public = is_stranger(request)
    told = {slug: term for slug, term in TERMS.items() if not (is_public and term.is_private)}
    return {
        "frame": "public.html" if is_public else "base.html",
        "is_public": is_public,
        "terms": told,
    }


def _chooser(request: HttpRequest, asked: Asked | None) -> Chooser:
    typed = "" if asked else request.GET.get("range", "")
    return chooser(asked or Asked(), request.GET.get("cut", ""), typed=typed)


def _cut(request: HttpRequest) -> str:
    named = request.GET.get("cut", "")
    return named if named in CUTS else FIRST_CUT


def _record(request: HttpRequest, asked: Asked) -> TrackRecord:
    """What all parts of the page, and its chart, share."""
    by, now = (_cut(request), *EXTRAS), timezone.now()
    if is_stranger(request):
        return for_public(kept_record(asked, now=now, by=by, before=count_computing))
    return kept_record(asked, now=now, by=by)


def _parts(request: HttpRequest, record: TrackRecord, asked: Asked) -> dict[str, Any]:
    """What the parts show, and the question they ask again."""
    cut = _cut(request)
    return {
        "figures": glance(record, asked),
        "tables": tables(record, asked, cut),
        "query": asked.query(cut="" if cut == FIRST_CUT else cut),
    }
