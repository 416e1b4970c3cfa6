"""What staff do with one press, after a question: on, off, and back to an older version."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access.fragments import frame_for
from access.pages import staff_required
from dashboard.strategies.words import differences, title_of
from strategies.models import ConfigVersion, StrategyConfig
from strategies.versions import SavedMeanwhile, restore_version, set_enabled

STALE = "Nothing was done: {config} was saved by somebody else meanwhile. Look at it, then decide."


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


@require_http_methods(["GET", "POST"])
@staff_required
def restore_view(request: HttpRequest, config_id: int, number: int) -> HttpResponse:
    """Show what going back would change, then do it."""
    versions = ConfigVersion.objects.select_related("config__symbol")
    version = get_object_or_404(versions, config=config_id, number=number)
    if request.method == "POST":
        _restore(request, version)
        return redirect("strategy", config_id)
    current = version.config.current_version
    context = {
        "version": version,
        "current": current,
        "changed": differences(current.snapshot, version.snapshot),
        "frame": frame_for(request),
    }
    return render(request, "dashboard/strategies/restore.html", context)


def _switch(request: HttpRequest, config: StrategyConfig) -> None:
    """As the pressed button says; pressing it twice changes nothing more."""
    is_on = request.POST.get("to") == "on"
    by, now = request.user.get_username(), timezone.now()
    try:
        version = set_enabled(config, is_on, by=by, now=now, expected=expected(request))
    except SavedMeanwhile:
        messages.error(request, STALE.format(config=config))
    except ValidationError as error:
        messages.error(request, f"Nothing was done: {' '.join(error.messages)}")
    else:
        word = "on" if is_on else "off"
        messages.success(request, f"{config} is switched {word}: {version.label} is current.")


def _restore(request: HttpRequest, version: ConfigVersion) -> None:
    by, now = request.user.get_username(), timezone.now()
    try:
        current = restore_version(version, by=by, now=now, expected=expected(request))
    except SavedMeanwhile:
        messages.error(request, STALE.format(config=version.config))
    except ValidationError as error:
        why = " ".join(error.messages)
        messages.error(request, f"{version.label} cannot run any more: {why}")
    else:
        text = f"{version.config} is as in {version.label} again: {current.label} is current."
        messages.success(request, text)


def expected(request: HttpRequest) -> int:
    """The number of the version the form was made from; 0, which no version has, without one."""
    number = request.POST.get("version", "")
    return int(number) if number.isdecimal() and len(number) < 9 else 0
