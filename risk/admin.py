"""Where staff set the guards and report the day's loss; every save is a version and an event."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from audit.admin import ReadOnlyAdmin
from audit.lists import DeskAdmin
from audit.shown import list_of, listed
from markets.sessions import trading_day
from risk.forms import guard_field_names, risk_form
from risk.guards.registry import GUARDS
from risk.models import DailyLoss, RiskSettings, RiskVersion
from risk.snapshots import changes
from risk.versions import report_daily_loss, save_settings
from strategies.admin_widgets import ADMIN_WIDGETS


@admin.register(RiskSettings)
class RiskSettingsAdmin(DeskAdmin):
    """One row, with a field for every setting of every guard."""

    list_display = ["__str__", "loss_unit", "updated_at"]

    def view_on_site(self, settings: RiskSettings) -> str:
        return reverse("risk")

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = risk_form(obj.guards if obj else {}, widgets=ADMIN_WIDGETS)
        return super().get_form(request, obj, change, form=form, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        guards = [
            (guard.title, {"fields": names, "description": guard.__doc__})
            for slug, guard in GUARDS.items()
            if (names := guard_field_names(slug))
        ]
        if not self.has_change_permission(request, obj):
            return [(None, {"fields": ["loss_unit"]})]
        return [(None, {"fields": ["loss_unit"]}), *guards]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return not RiskSettings.objects.exists() and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: RiskSettings, form: Any, change: bool) -> None:
        save_settings(obj, by=request.user.get_username(), now=timezone.now())


@admin.register(RiskVersion)
class RiskVersionAdmin(ReadOnlyAdmin):
    """Every version of the settings, to read."""

    list_display = ["label", "changed", "created_by", "created_at"]
    list_display_links = ["label"]
    fields = ["label", "changed", "created_by", "created_at", "settings", "others"]

    def view_on_site(self, version: RiskVersion) -> str:
        return reverse("risk")

    @admin.display(description="changes")
    def changed(self, version: RiskVersion) -> str:
        before = RiskVersion.objects.filter(number=version.number - 1).first()
        return "; ".join(changes(before.snapshot if before else None, version.snapshot))

    @admin.display(description="settings")
    def settings(self, version: RiskVersion) -> SafeString:
        return listed(version.snapshot["guards"])

    @admin.display(description="see also")
    def others(self, version: RiskVersion) -> SafeString:
        judged = {"risk_version__id__exact": version.pk}
        return list_of("signals_signal", f"Signals judged by {version.label}", **judged)


@admin.register(DailyLoss)
class DailyLossAdmin(DeskAdmin):
    """The loss of the running trading day; earlier days are history."""

    list_display = ["day", "amount", "updated_by", "updated_at"]
    date_hierarchy = "day"
    fields = ["amount"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        is_past = obj is not None and obj.day != trading_day(timezone.now())
        return not is_past and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: DailyLoss, form: Any, change: bool) -> None:
        saved = report_daily_loss(obj.amount, by=request.user.get_username(), now=timezone.now())
        obj.pk, obj.day = saved.pk, saved.day
