"""Two finished backtests side by side."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from access.pages import viewer_required
from backtests.models import Backtest, State
from backtests.pages.views import heading
from backtests.readings import reading_of
from backtests.report.comparison import (
    asked_otherwise,
    curves,
    figures_beside,
    other_bars,
    shared,
)


@require_GET
@viewer_required
def compare_page(request: HttpRequest) -> HttpResponse:
    """The two runs of `run=1&run=2`, the older one first; or what to choose."""
    found = _chosen(request.GET.getlist("run"))
    if len(found) != 2:
        return render(request, "backtests/compare_none.html", {"found": found})
    first, second = (reading_of(run) for run in found)
    context = {
        "runs": [{"run": run, **heading(run)} for run in found],
        "asked": asked_otherwise(first, second),
        "figures": figures_beside(first, second),
        "shared": shared(first, second),
        "curves": curves(first, second),
        "other_bars": other_bars(first, second),
    }
    return render(request, "backtests/compare.html", context)


def _chosen(numbers: list[str]) -> list[Backtest]:
    """Those that are there and done, by number."""
    known = {int(number) for number in numbers if number.isdecimal() and len(number) < 18}
    runs = Backtest.objects.select_related("result", "sweep").filter(state=State.DONE)
    return list(runs.filter(pk__in=sorted(known)[:2]).order_by("pk"))
