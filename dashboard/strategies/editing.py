"""Changing the settings of a config, and going back to what they were."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from access.pages import staff_required
from dashboard.edits import Edit, Versioned, go_back
from dashboard.strategies.forms import config_form
from dashboard.strategies.words import differences
from strategies.models import ConfigVersion, StrategyConfig
from strategies.registry import STRATEGIES
from strategies.snapshots import changes
from strategies.versions import restore_version, save_config


@require_http_methods(["GET", "POST"])
@staff_required
def edit_view(request: HttpRequest, config_id: int) -> HttpResponse:
    """The form; a valid one is reviewed before it is saved."""
    config = get_object_or_404(StrategyConfig.objects.select_related("symbol"), pk=config_id)
    if config.strategy not in STRATEGIES:
        messages.error(request, f"{config} cannot be edited: its strategy is no longer known.")
        return redirect("strategy", config_id)
    settings = _settings(config)
    form = config_form(config, request.POST if request.method == "POST" else None)
    return Edit(request=request, settings=settings, form=form, groups=form.groups()).answer()


@require_http_methods(["GET", "POST"])
@staff_required
def restore_view(request: HttpRequest, config_id: int, number: int) -> HttpResponse:
    """Show what going back would change, then do it."""
    versions = ConfigVersion.objects.select_related("config__symbol")
    version = get_object_or_404(versions, config=config_id, number=number)
    return go_back(request, _settings(version.config), version)


def _settings(config: StrategyConfig) -> Versioned:
    return Versioned(
        name=config,
        title=str(config),
        page=reverse("strategy", args=[config.pk]),
        counts="from the next bar on; what is open keeps its stop and target",
        versions=config.versions.all(),
        differences=differences,
        changes=changes,
        save=save_config,
        restore=restore_version,
    )
