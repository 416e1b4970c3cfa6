"""Where staff set the guards and report the day's loss; every save is a version and an event."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from audit.admin import ReadOnlyAdmin
from markets.sessions import trading_day
from risk.forms import guard_field_names, risk_form
from risk.guards.registry import GUARDS
from risk.models import DailyLoss, RiskSettings, RiskVersion
from risk.versions import report_daily_loss, save_settings


@admin.register(RiskSettings)
class RiskSettingsAdmin(ModelAdmin):
    """One row, with a field for every setting of every guard."""

    list_display = ["__str__", "loss_unit", "updated_at"]

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        form = risk_form(obj.guards if obj else {})
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

    list_display = ["label", "created_by", "created_at"]
    date_hierarchy = "created_at"


@admin.register(DailyLoss)
class DailyLossAdmin(ModelAdmin):
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
