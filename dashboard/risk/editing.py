"""Changing the guards, and going back to what they were."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access.pages import staff_required
from dashboard.edits import Edit, Versioned, go_back
from dashboard.risk.forms import always_on, groups, settings_form
from risk.models import RiskSettings, RiskVersion
from risk.snapshots import changes, differences
from risk.versions import ensure_settings, restore_version, save_settings


@require_http_methods(["GET", "POST"])
@staff_required
def edit_view(request: HttpRequest) -> HttpResponse:
    """The form; a valid one is reviewed before it is saved."""
    ensure_settings(by=request.user.get_username(), now=timezone.now())
    typed = request.POST if request.method == "POST" else None
    form = settings_form(RiskSettings.objects.get(), typed)
    note = f"{always_on()} are always on and have no settings."
    edit = Edit(request=request, settings=_settings(), form=form, groups=groups(form), note=note)
    return edit.answer()


@require_http_methods(["GET", "POST"])
@staff_required
def restore_view(request: HttpRequest, number: int) -> HttpResponse:
    """Show what going back would change, then do it."""
    return go_back(request, _settings(), get_object_or_404(RiskVersion, number=number))


def _settings() -> Versioned:
    return Versioned(
        name="the risk settings",
        title="guards",
        page=reverse("risk"),
        counts="from the next bar on, for every strategy",
        versions=RiskVersion.objects.all(),
        differences=differences,
        changes=changes,
        save=save_settings,
        restore=restore_version,
    )
