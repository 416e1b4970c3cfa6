"""Switching a config on and off: one press, after a question."""

from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from access.fragments import frame_for
from access.pages import staff_required
from dashboard.edits import change_at_once
from strategies.models import StrategyConfig
from strategies.versions import set_enabled
from strategies.wording import title_of


@require_http_methods(["GET", "POST"])
@staff_required
def switch_view(request: HttpRequest, config_id: int) -> HttpResponse:
    """Ask, then let a config open positions or stop it from doing so."""
    config = get_object_or_404(StrategyConfig.objects.select_related("symbol"), pk=config_id)
    if request.method == "POST":
        _switch(request, config)
        return redirect("strategy", config_id)
    context = {
        "config": config,
        "title": title_of(config.strategy),
        "current": config.current_version,
        "frame": frame_for(request),
    }
    return render(request, "dashboard/strategies/switch.html", context)


def _switch(request: HttpRequest, config: StrategyConfig) -> None:
    """As the pressed button says; pressing it twice changes nothing more."""
    is_on = request.POST.get("to") == "on"
    word = "on" if is_on else "off"
    change_at_once(
        request,
        partial(set_enabled, config, is_on),
        name=config,
        refused="Nothing was done",
        done=lambda version: f"{config} is switched {word}: {version.label} is current.",
    )
