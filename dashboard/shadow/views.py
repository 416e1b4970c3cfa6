"""Starting the choice of a sweep in shadow, and the page that compares it with what is live."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from access.fragments import frame_for
from access.pages import staff_required, viewer_required
from backtests.models import Sweep
from backtests.plan import Plan
from backtests.sweeps.writing import in_words, varied
from dashboard.shadow.comparing import compared, pair_of
from dashboard.shadow.showing import lines
from dashboard.shadow.starting import chosen_plan, run_in_shadow, steps
from strategies.models import StrategyConfig
from strategies.wording import title_of


@require_http_methods(["GET", "POST"])
@staff_required
def sweep_shadow(request: HttpRequest, sweep_id: int) -> HttpResponse:
    """Say what would run and what that changes; then do it."""
    sweep = get_object_or_404(Sweep, pk=sweep_id)
    plan = chosen_plan(sweep)
    if plan is None:
        messages.error(request, f"{sweep} chose no settings, so there is nothing to run.")
        return redirect("sweep", sweep_id)
    if request.method == "POST":
        return _start(request, sweep, plan)
    context = {"sweep": sweep, "plan": plan, "steps": tuple(steps(plan))}
    settings = in_words((sweep.verdict or {})["choice"]["settings"], varied(sweep.plan))
    context |= {"settings": tuple(settings), "strategy": title_of(plan.strategy)}
    context["title"] = "Run in shadow"
    return render(request, "dashboard/shadow/start.html", {**context, "frame": frame_for(request)})


def _start(request: HttpRequest, sweep: Sweep, plan: Plan) -> HttpResponse:
    by = request.user.get_username()
    try:
        made = run_in_shadow(sweep, plan, by=by, now=timezone.now())
    except ValidationError as error:
        messages.error(request, f"Nothing was done: {' '.join(error.messages)}")
        return redirect("sweep", sweep.pk)
    names = ", ".join(str(version) for version in made)
    messages.success(request, f"Runs in shadow from the next bar on: {names}.")
    return redirect("strategy-shadow", made[0].config_id)


@require_GET
@viewer_required
def strategy_shadow(request: HttpRequest, config_id: int) -> HttpResponse:
    """What is live beside its shadow; where one of the two is missing, how to get it."""
    config = get_object_or_404(StrategyConfig.objects.select_related("symbol"), pk=config_id)
    title = f"{title_of(config.strategy)} on {config.symbol.code}"
    shown: dict[str, Any] = {"config": config, "title": title}
    if pair := pair_of(config):
        found = compared(*pair)
        shown |= {"found": found, "live": pair[0], "shadow": pair[1], "lines": lines(found)}
    return render(request, "dashboard/shadow/compare.html", shown)
