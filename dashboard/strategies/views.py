"""What viewers read: the list, one config, one version."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.fragments import fragment
from access.pages import viewer_required
from dashboard.strategies.detail import ConfigNow, config_now, version_page
from dashboard.strategies.history import history
from dashboard.strategies.listing import symbol_groups
from dashboard.strategies.situations import live_run
from strategies.models import ConfigVersion, StrategyConfig


@require_GET
@viewer_required
def strategies_page(request: HttpRequest) -> HttpResponse:
    """What runs on which symbol, and why it does nothing now."""
    context = {"groups": symbol_groups(now=timezone.now())}
    return render(request, "dashboard/strategies/strategies.html", context)


@require_GET
@viewer_required
def strategies_part(request: HttpRequest) -> HttpResponse:
    """The list again, if it changed."""
    groups = symbol_groups(now=timezone.now())
    return fragment(request, "dashboard/strategies/_groups.html", groups=groups)


@require_GET
@viewer_required
def strategy_page(request: HttpRequest, config_id: int) -> HttpResponse:
    """One config: its rules now, its settings, its history, its signals."""
    config = get_object_or_404(StrategyConfig, pk=config_id)
    context: dict[str, Any] = {
        "config": config,
        "now": _now_or_404(config_id),
        "history": history(config, live=live_run(), before=_before(request)),
    }
    return render(request, "dashboard/strategies/strategy.html", context)


@require_GET
@viewer_required
def strategy_part(request: HttpRequest, config_id: int) -> HttpResponse:
    """What changes with the bars, if it changed."""
    return fragment(request, "dashboard/strategies/_now.html", now=_now_or_404(config_id))


@require_GET
@viewer_required
def version_view(request: HttpRequest, config_id: int, number: int) -> HttpResponse:
    """One version, and what it changed."""
    versions = ConfigVersion.objects.select_related("config__symbol")
    version = get_object_or_404(versions, config=config_id, number=number)
    context = {"config": version.config, "version": version_page(version)}
    return render(request, "dashboard/strategies/version.html", context)


def _now_or_404(config_id: int) -> ConfigNow:
    found = config_now(config_id, now=timezone.now())
    if found is None:
        raise Http404
    return found


def _before(request: HttpRequest) -> int | None:
    number = request.GET.get("before", "")
    return int(number) if number.isdecimal() and len(number) < 9 else None
