"""The page of one signal, the parts of it that follow what happens, and its chart."""

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.fragments import fragment, version
from access.pages import viewer_required
from signals.messages import message_text, signal_json
from signals.models import Signal
from signals.pages.chart import chart
from signals.pages.chart_bars import span
from signals.pages.heard import heard
from signals.pages.reasons import reasons
from signals.pages.sent_copies import may_push, outbox
from signals.pages.signal_log import signal_log
from signals.pages.signal_story import about, facts, related, summary
from signals.pages.sketch import sketch
from signals.pages.versions import config_version, risk_version
from signals.verdicts import verdicts

PARTS: dict[str, Callable[[Signal], Any]] = {
    "status": facts,
    "levels": facts,
    "sent": outbox,
    "heard": heard,
    "log": signal_log,
    "json": lambda signal: pretty(signal),
}


@require_GET
@viewer_required
def signal_page(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Everything known of one signal."""
    signal, now = _signal(signal_id), timezone.now()
    whole = request.GET.get("view") == "whole"
    drawn = {"whole": whole, "span_is_whole": span(signal, now=now).is_whole}
    story = _story(signal)
    sendable = may_push(signal, story["sent"], now=now)
    shown = {"now": now, "may_push": sendable, **drawn, **story}
    return render(request, "signals/signal.html", shown)


@require_GET
@viewer_required
def signal_part(request: HttpRequest, signal_id: int, name: str) -> HttpResponse:
    """One part of the page as it is now; 204 while nothing in it has changed."""
    if name not in PARTS:
        raise Http404
    signal = _signal(signal_id)
    template = f"signals/_signal_{name}.html"
    return fragment(request, template, **{name: PARTS[name](signal)}, signal=signal)


@require_GET
@viewer_required
def signal_chart(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Bars, indicators, levels and marks as JSON; 204 while nothing in them has changed."""
    whole = request.GET.get("view") == "whole"
    drawn = chart(_signal(signal_id), now=timezone.now(), whole=whole)
    token = version(drawn)
    if request.GET.get("v") == token:
        return HttpResponse(status=204)
    return JsonResponse({**asdict(drawn), "version": token})


def pretty(signal: Signal) -> str:
    """The JSON of the contract, to be read by people."""
    return json.dumps(signal_json(signal), indent=2)


def _signal(signal_id: int) -> Signal:
    return get_object_or_404(Signal.objects.for_page(), pk=signal_id)


def _story(signal: Signal) -> dict[str, Any]:
    return {
        "signal": signal,
        "summary": summary(signal),
        "about": about(signal),
        "related": related(signal),
        "text": message_text(signal),
        "reasons": reasons(signal),
        "verdicts": verdicts(signal),
        "config_version": config_version(signal),
        "risk_version": risk_version(signal),
        "sketch": sketch(signal),
        **{name: part(signal) for name, part in PARTS.items()},
    }
