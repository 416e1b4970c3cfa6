"""The pages of a sweep: asked for, on its way, judged."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from access.fragments import fragment, frame_for, version
from access.pages import staff_required, viewer_required
from backtests.limits import QueueFull
from backtests.models import Backtest, Sweep
from backtests.models.states import ENDED
from backtests.plan import Plan
from backtests.runs import cancel_sweep
from backtests.sweeps.pages.asked import sweep_lines
from backtests.sweeps.pages.bases import Base, base_of
from backtests.sweeps.pages.form import SweepForm
from backtests.sweeps.pages.page import SweepPage, sweep_page
from backtests.sweeps.pages.progress import progress
from backtests.sweeps.queueing import queue_sweep
from strategies.models import StrategyConfig
from strategies.wording import title_of

NEWEST = 10  # runs to start from


@require_http_methods(["GET", "POST"])
@staff_required
def new_sweep(request: HttpRequest) -> HttpResponse:
    """The form; how many trials it makes is said before they are started."""
    base = base_of(request.GET)
    if base is None:
        return render(request, "backtests/sweeps/pick.html", _bases())
    form = SweepForm(request.POST if request.method == "POST" else None, base=base)
    if form.is_valid() and form.plan and request.POST.get("step") == "start":
        try:
            return _start(request, form, form.plan)
        except QueueFull as full:
            form.add_error(None, str(full))
    return render(request, "backtests/sweeps/new.html", {"form": form, **_said(base)})


def _start(request: HttpRequest, form: SweepForm, plan: Plan) -> HttpResponse:
    by = request.user.get_username()
    sweep = queue_sweep(plan, form.space, form.search, by=by, now=timezone.now())
    messages.success(request, f"{sweep} is queued: {sweep.trials:,} trials.")
    return redirect("sweep", sweep.pk)


def _said(base: Base) -> dict[str, Any]:
    return {"base": base, "title": _title(base.values)}


def _title(plan: Mapping[str, Any]) -> str:
    return f"{title_of(plan['strategy'])} on {', '.join(plan['symbols'])}"


def _bases() -> dict[str, Any]:
    runs = Backtest.objects.filter(sweep=None).order_by("-pk")[:NEWEST]
    return {
        "configs": StrategyConfig.objects.select_related("symbol"),
        "runs": [(run, _title(run.plan)) for run in runs],
    }


@require_GET
@viewer_required
def sweep_view(request: HttpRequest, sweep_id: int) -> HttpResponse:
    """How far it is; once it has ended, the verdict and everything behind it."""
    sweep = get_object_or_404(Sweep, pk=sweep_id)
    now = progress(sweep, now=timezone.now())
    shown: dict[str, Any] = {"sweep": sweep, "title": _title(sweep.plan), "progress": now}
    shown["asked"] = tuple(sweep_lines(sweep))
    if sweep.verdict:
        page = sweep_page(sweep, request.GET)
        shown |= {"page": page, "trials": _with_runs(sweep, page)}
    return render(request, "backtests/sweeps/sweep.html", shown | {"token": version(now)})


def _with_runs(sweep: Sweep, page: SweepPage) -> list[tuple[Any, int | None]]:
    """The trials of this page of the table, each with the id of its backtest."""
    numbers = [trial.number for trial in page.trials]
    rows = sweep.runs.filter(number__in=numbers).order_by().values_list("number", "pk")
    ids = dict(rows)
    return [(trial, ids.get(trial.number)) for trial in page.trials]


@require_GET
@viewer_required
def sweep_progress(request: HttpRequest, sweep_id: int) -> HttpResponse:
    """How far it is, if that changed; the whole page once it has ended."""
    sweep = get_object_or_404(Sweep.objects.defer("verdict"), pk=sweep_id)
    now = progress(sweep, now=timezone.now())
    if now.has_ended:
        return HttpResponse(headers={"HX-Refresh": "true"})
    shown = {"sweep": sweep, "token": version(now)}
    return fragment(request, "backtests/sweeps/_progress.html", progress=now, **shown)


@require_http_methods(["GET", "POST"])
@staff_required
def sweep_cancel(request: HttpRequest, sweep_id: int) -> HttpResponse:
    """Ask, then end what has not ended."""
    sweep = get_object_or_404(Sweep.objects.defer("verdict"), pk=sweep_id)
    if request.method == "POST":
        _cancel(request, sweep)
        return redirect("sweep", sweep_id)
    if sweep.state in ENDED:
        messages.info(request, f"{sweep} has ended already.")
        return redirect("sweep", sweep_id)
    context = {"sweep": sweep, "frame": frame_for(request), "title": "Cancel the sweep"}
    return render(request, "backtests/sweeps/cancel.html", context)


def _cancel(request: HttpRequest, sweep: Sweep) -> None:
    count = cancel_sweep(sweep, by=request.user.get_username(), now=timezone.now())
    said = f"{sweep} is cancelled: {count:,} trials were not tested."
    messages.success(request, said if count else f"{sweep} has ended already.")
