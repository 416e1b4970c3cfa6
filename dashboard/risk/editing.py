"""Changing the guards: a form, then what would change, then the save; and going back."""

from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access.fragments import frame_for
from access.pages import staff_required
from dashboard.risk.forms import always_on, groups, settings_form
from risk.forms import RiskSettingsForm
from risk.models import RiskSettings, RiskVersion
from risk.snapshots import differences
from risk.versions import ensure_settings, restore_version, save_settings
from strategies.snapshots import Difference
from strategies.versions import SavedMeanwhile

STALE = "Nothing was done: somebody else saved the risk settings meanwhile. Look, then decide."


@dataclass(frozen=True)
class Meanwhile:
    """Somebody saved while the form was open: what they changed, and what this form would."""

    base: str
    theirs: tuple[Difference, ...]
    ours: tuple[Difference, ...]


@require_http_methods(["GET", "POST"])
@staff_required
def edit_view(request: HttpRequest) -> HttpResponse:
    """The form; a valid one is reviewed before it is saved."""
    current = ensure_settings(by=request.user.get_username(), now=timezone.now())
    typed = request.POST if request.method == "POST" else None
    form = settings_form(RiskSettings.objects.get(), typed)
    if form.is_valid():
        return _answer(request, form, current)
    return _show_form(request, form, current, expected(request) if typed else current.number)


def _answer(request: HttpRequest, form: RiskSettingsForm, current: RiskVersion) -> HttpResponse:
    """What a valid form leads to: the form again, the review, or the save."""
    made_from, step = expected(request), request.POST.get("step")
    if made_from != current.number:
        return _show_meanwhile(request, form, current, made_from)
    changed = differences(current.snapshot, form.instance.snapshot())
    if step == "save" and changed:
        return _save(request, form, current)
    if step != "back" and changed:
        context = {"form": form, "current": current, "changed": changed}
        return render(request, "dashboard/risk/review.html", context)
    if not changed:
        messages.info(request, f"Nothing to save: this is what {current.label} says already.")
    return _show_form(request, form, current, made_from)


def _save(request: HttpRequest, form: RiskSettingsForm, current: RiskVersion) -> HttpResponse:
    by, now = request.user.get_username(), timezone.now()
    try:
        version = save_settings(form.instance, by=by, now=now, expected=current.number)
    except SavedMeanwhile:
        newest = RiskVersion.objects.latest()
        return _show_meanwhile(request, form, newest, current.number)
    changed = "; ".join(each.text for each in differences(current.snapshot, version.snapshot))
    messages.success(request, f"{version.label} of the risk settings is current: {changed}.")
    return redirect("risk")


def _show_meanwhile(
    request: HttpRequest, form: RiskSettingsForm, current: RiskVersion, made_from: int
) -> HttpResponse:
    base = RiskVersion.objects.filter(number=made_from).first() or current
    meanwhile = Meanwhile(
        base=base.label,
        theirs=differences(base.snapshot, current.snapshot),
        ours=differences(base.snapshot, form.instance.snapshot()),
    )
    return _show_form(request, form, current, current.number, meanwhile)


def _show_form(
    request: HttpRequest,
    form: RiskSettingsForm,
    current: RiskVersion,
    made_from: int,
    meanwhile: Meanwhile | None = None,
) -> HttpResponse:
    context = {
        "form": form,
        "groups": groups(form),
        "always_on": always_on(),
        "current": current,
        "made_from": made_from,
        "meanwhile": meanwhile,
    }
    status = 409 if meanwhile else 200
    return render(request, "dashboard/risk/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
@staff_required
def restore_view(request: HttpRequest, number: int) -> HttpResponse:
    """Show what going back would change, then do it."""
    version = get_object_or_404(RiskVersion, number=number)
    if request.method == "POST":
        _restore(request, version)
        return redirect("risk")
    current = RiskVersion.objects.latest()
    context = {
        "version": version,
        "current": current,
        "changed": differences(current.snapshot, version.snapshot),
        "frame": frame_for(request),
    }
    return render(request, "dashboard/risk/restore.html", context)


def _restore(request: HttpRequest, version: RiskVersion) -> None:
    by, now = request.user.get_username(), timezone.now()
    try:
        current = restore_version(version, by=by, now=now, expected=expected(request))
    except SavedMeanwhile:
        messages.error(request, STALE)
    except ValidationError as error:
        why = " ".join(error.messages)
        messages.error(request, f"{version.label} cannot be used any more: {why}")
    else:
        text = f"The risk settings are as in {version.label} again: {current.label} is current."
        messages.success(request, text)


def expected(request: HttpRequest) -> int:
    """The number of the version the form was made from; 0, which no version has, without one."""
    number = request.POST.get("version", "")
    return int(number) if number.isdecimal() and len(number) < 9 else 0
