"""Editing a config: a form, then what would change, then the save."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access.pages import staff_required
from dashboard.strategies.forms import ConfigForm, config_form
from dashboard.strategies.switching import expected
from dashboard.strategies.words import differences
from strategies.models import ConfigVersion, StrategyConfig
from strategies.registry import STRATEGIES
from strategies.snapshots import Difference
from strategies.versions import SavedMeanwhile, save_config


@dataclass(frozen=True)
class Meanwhile:
    """Somebody saved while the form was open: what they changed, and what this form would."""

    base: str  # label of the version the form was made from
    theirs: tuple[Difference, ...]
    ours: tuple[Difference, ...]


@require_http_methods(["GET", "POST"])
@staff_required
def edit_view(request: HttpRequest, config_id: int) -> HttpResponse:
    """The form; a valid one is reviewed before it is saved."""
    config = get_object_or_404(StrategyConfig.objects.select_related("symbol"), pk=config_id)
    if config.strategy not in STRATEGIES:
        messages.error(request, f"{config} cannot be edited: its strategy is no longer known.")
        return redirect("strategy", config_id)
    current = config.current_version
    form = config_form(config, request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _answer(request, form, current)
    made_from = expected(request) if request.method == "POST" else current.number
    return _show_form(request, form, current, made_from=made_from)


def _answer(request: HttpRequest, form: ConfigForm, current: ConfigVersion) -> HttpResponse:
    """What a valid form leads to: the form again, the review, or the save."""
    made_from, step = expected(request), request.POST.get("step")
    if made_from != current.number:
        return _show_meanwhile(request, form, current, made_from)
    changed = differences(current.snapshot, form.instance.snapshot())
    if step == "save" and changed:
        return _save(request, form, made_from)
    if step != "back" and changed:
        context = {"config": form.instance, "form": form, "current": current, "changed": changed}
        return render(request, "dashboard/strategies/review.html", context)
    if not changed:
        messages.info(request, f"Nothing to save: this is what {current.label} says already.")
    return _show_form(request, form, current, made_from=made_from)


def _save(request: HttpRequest, form: ConfigForm, made_from: int) -> HttpResponse:
    config, by = form.instance, request.user.get_username()
    try:
        version = save_config(config, by=by, now=timezone.now(), expected=made_from)
    except SavedMeanwhile:
        return _show_meanwhile(request, form, config.current_version, made_from)
    messages.success(request, f"{version.label} of {config} is current: {version.changes}.")
    return redirect("strategy", config.pk)


def _show_meanwhile(
    request: HttpRequest, form: ConfigForm, current: ConfigVersion, made_from: int
) -> HttpResponse:
    base = current.config.versions.filter(number=made_from).first()
    ours = form.instance.snapshot()
    meanwhile = Meanwhile(
        base=base.label if base else "an unknown version",
        theirs=differences(base.snapshot, current.snapshot) if base else (),
        ours=differences(base.snapshot if base else current.snapshot, ours),
    )
    return _show_form(request, form, current, made_from=current.number, meanwhile=meanwhile)


def _show_form(
    request: HttpRequest,
    form: ConfigForm,
    current: ConfigVersion,
    *,
    made_from: int,
    meanwhile: Meanwhile | None = None,
) -> HttpResponse:
    context = {
        "config": form.instance,
        "form": form,
        "current": current,
        "made_from": made_from,
        "meanwhile": meanwhile,
    }
    return render(request, "dashboard/strategies/edit.html", context)
