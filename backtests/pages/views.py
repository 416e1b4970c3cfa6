"""What viewers read: the list, one backtest, its progress and its charts."""

from dataclasses import asdict
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.fragments import fragment, version
from access.pages import viewer_required
from backtests.models import Backtest, State
from backtests.pages.candles import day_chart, sketch, trade_chart
from backtests.pages.listing import FilterForm, newest_sweeps, page_of
from backtests.pages.progress import progress
from backtests.pages.result import OWN, equity_chart, shown
from backtests.readings import digits_of, reading_of
from backtests.report.asked import asked_lines, changed_text, period_text
from backtests.report.listed import listed, places_of_day
from risk.telling.terms import TERMS
from strategies.wording import title_of


@require_GET
@viewer_required
def backtests_page(request: HttpRequest) -> HttpResponse:
    """The list, newest first, under the filters of the URL."""
    form = FilterForm(request.GET)
    page = page_of(form, request.GET, now=timezone.now())
    sweeps = newest_sweeps() if page.is_first else ()
    shown = {"form": form, "page": page, "sweeps": sweeps}
    return render(request, "backtests/backtests.html", shown)


@require_GET
@viewer_required
def backtests_part(request: HttpRequest) -> HttpResponse:
    """The same rows as they are now; 204 while nothing in them has changed."""
    page = page_of(FilterForm(request.GET), request.GET, now=timezone.now())
    return fragment(request, "backtests/_list.html", page=page)


@require_GET
@viewer_required
def backtest_page(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """One run: how far it is, or what it found."""
    run = get_run(backtest_id)
    context = {"run": run, "progress": progress(run, now=timezone.now()), **heading(run)}
    if run.state != State.DONE:
        context["asked"] = asked_lines(run.asked())
        return render(request, "backtests/unfinished.html", context)
    reading = reading_of(run)
    found = shown(run, reading, request.GET)
    drawn = found.trades.drawn
    context |= {"shown": found, "terms": {**TERMS, **OWN}, "query": request.GET}
    context["sketch"] = sketch(drawn, reading.plan) if drawn else None
    return render(request, "backtests/backtest.html", context)


@require_GET
@viewer_required
def progress_part(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """How far it is, 204 while nothing changed; once it ended, the page is loaded anew."""
    run = get_object_or_404(Backtest, pk=backtest_id)
    told = progress(run, now=timezone.now())
    if told.is_ended:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return fragment(request, "backtests/_progress.html", progress=told, run=run)


@require_GET
@viewer_required
def equity_part(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """Equity and drawdown as JSON, `unit` r or money."""
    run = finished(backtest_id)
    return _drawn(request, equity_chart(reading_of(run), request.GET.get("unit", "r")))


@require_GET
@viewer_required
def candles_part(request: HttpRequest, backtest_id: int, place: int) -> HttpResponse:
    """One trade on its candles as JSON; with `view=day` all its symbol accepted that UTC day."""
    reading = reading_of(finished(backtest_id))
    if place >= len(reading.trades):
        raise Http404
    plan, digits = reading.plan, digits_of(reading.plan.symbols)
    trade = listed(reading.trades, [place], plan, guards=reading.guards, digits=digits)[0]
    if request.GET.get("view") != "day":
        return _drawn(request, trade_chart(trade, plan))
    day = trade.decided_at.replace(hour=0, minute=0)
    chosen = places_of_day(reading.trades, place=place, day=day)
    trades = listed(reading.trades, chosen, plan, guards=reading.guards, digits=digits)
    return _drawn(request, day_chart(trades, plan, symbol=trade.symbol, day=day))


def _drawn(request: HttpRequest, chart: Any) -> HttpResponse:
    token = version(chart)
    if request.GET.get("v") == token:
        return HttpResponse(status=204)
    return JsonResponse({**asdict(chart), "version": token})


def get_run(backtest_id: int) -> Backtest:
    """The run with its result and its sweep."""
    runs = Backtest.objects.select_related("result", "sweep")
    return get_object_or_404(runs, pk=backtest_id)


def finished(backtest_id: int) -> Backtest:
    """A run that found something."""
    run = get_run(backtest_id)
    if run.state != State.DONE:
        raise Http404
    return run


def heading(run: Backtest) -> dict[str, str]:
    """What the run is called: its symbols and strategy, and below it what is special."""
    plan = run.asked()
    symbols = ", ".join(plan.symbols[:4]) + (" …" if len(plan.symbols) > 4 else "")
    return {
        "title": f"{title_of(plan.strategy)} on {symbols}",
        "period": f"{plan.timeframe}, {period_text(plan)} UTC",
        "changed": changed_text(plan),
    }
