"""The desk's records, to read: nothing here can be edited."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import StackedInline

from audit.admin import ReadOnlyAdmin
from signals.messages import signal_text
from signals.models import Position, Run, Signal, SignalCount, Tick, Track


class PositionInline(StackedInline):
    """What became of the signal."""

    model = Position
    can_delete = False
    fields = [
        ("state", "is_shadow", "reason"),
        ("entry_at", "entry_price", "stop"),
        ("closed_at", "exit_price", "is_gap", "is_tie"),
        ("pips", "r_multiple", "r_optimistic", "return_pct"),
        ("mfe_pips", "mae_pips", "repeats", "repeated_at"),
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Signal)
class SignalAdmin(ReadOnlyAdmin):
    list_display = [
        "bar_closed_at",
        "symbol",
        "strategy",
        "action",
        "price_text",
        "confidence",
        "status",
        "blocked",
        "is_late",
        "run",
    ]
    list_display_links = ["bar_closed_at", "symbol"]
    list_filter = ["run__kind", "status", "action", "symbol", "strategy", "late", "is_shadow"]
    list_select_related = ["symbol", "run"]
    search_fields = ["=id", "symbol__code", "strategy"]
    date_hierarchy = "bar_closed_at"
    inlines = [PositionInline]
    fieldsets = [
        (None, {"fields": ["message", ("symbol", "timeframe", "feed"), ("action", "status")]}),
        ("Levels", {"fields": [("price", "sl", "tp"), ("confidence", "lots_hint")]}),
        ("Times", {"fields": [("bar_time", "bar_closed_at"), ("issued_at", "expires_at", "late")]}),
        (
            "Why",
            {"fields": ["strategy", "config_version", "risk_version", "refusals", "evidence"]},
        ),
        ("Run", {"fields": ["run", "is_shadow", "ends"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signal]:
        found: QuerySet[Signal] = super().get_queryset(request)
        return found.select_related("ends__symbol")

    @admin.display(description="Message")
    def message(self, obj: Signal) -> str:
        return signal_text(obj)

    @admin.display(description="Price", ordering="price")
    def price_text(self, obj: Signal) -> str:
        return obj.price_text

    @admin.display(description="Pushed", ordering="late")
    def is_late(self, obj: Signal) -> str:
        return "too late" if obj.late else "in time"

    @admin.display(description="Blocked by")
    def blocked(self, obj: Signal) -> str:
        return ", ".join(obj.blocked_by) or "-"


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ["id", "kind", "started_at", "finished_at"]
    list_filter = ["kind"]
    date_hierarchy = "started_at"


@admin.register(Track)
class TrackAdmin(ReadOnlyAdmin):
    list_display = ["config", "run", "feed", "last_bar", "hole_ended_at", "hole_minutes"]
    list_filter = ["run__kind", "feed", "config__symbol", "config__strategy"]
    list_select_related = ["config__symbol", "run"]
    date_hierarchy = "last_bar"


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    list_display = ["signal", "state", "is_shadow", "reason", "closed_at", "pips", "r_multiple"]
    list_filter = ["state", "reason", "is_shadow", "track__run__kind"]
    list_select_related = ["signal__symbol"]
    date_hierarchy = "closed_at"


@admin.register(Tick)
class TickAdmin(ReadOnlyAdmin):
    list_display = ["slot", "at", "finished_at", "bars", "signals", "lag", "failed"]
    date_hierarchy = "slot"

    @admin.display(description="Lag (s)", ordering="lag_seconds")
    def lag(self, obj: Tick) -> str:
        return "-" if obj.lag_seconds is None else f"{obj.lag_seconds:.1f}"

    @admin.display(description="Failed", boolean=True)
    def failed(self, obj: Tick) -> bool:
        return bool(obj.errors)


@admin.register(SignalCount)
class SignalCountAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "strategy", "action", "status", "total", "last_at"]
    list_filter = ["symbol", "strategy", "action", "status"]
