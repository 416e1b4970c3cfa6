"""The desk's records, to read: nothing here can be edited."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import StackedInline

from audit.admin import ReadOnlyAdmin
from delivery.tallies import tallies
from signals.admin_states import SignalList, copies_of, push_link
from signals.messages import signal_text
from signals.models import Position, Run, Signal, SignalCount, Tick, Track


class PositionInline(StackedInline):
    """What became of the signal."""

    model = Position
    can_delete = False
    fields = readonly_fields = ["what", "entry", "stop_now", "ended", "result", "range", "again"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="State")
    def what(self, position: Position) -> str:
        shadow = ", of a blocked signal: never traded" if position.is_shadow else ""
        return f"{position.get_state_display()}{shadow}"

    @admin.display(description="Entry")
    def entry(self, position: Position) -> str:
        return _fill(position, position.entry_price, position.entry_at)

    @admin.display(description="Stop now")
    def stop_now(self, position: Position) -> str:
        return position.signal.level_text(position.stop)

    @admin.display(description="Exit")
    def ended(self, position: Position) -> str:
        if position.closed_at is None:
            return "-"
        how = [position.reason.replace("_", " ")]
        how += ["at an open beyond the level"] if position.is_gap else []
        how += ["stop and target inside one bar"] if position.is_tie else []
        at = _fill(position, position.exit_price, position.closed_at)
        return f"{at} by {', '.join(how)}"

    @admin.display(description="Result")
    def result(self, position: Position) -> str:
        if position.pips is None:
            return "unknown" if position.closed_at else "-"
        best = position.r_optimistic
        hopeful = "" if best is None else f" ({best:+.2f} R had the target come first)"
        return f"{position.pips:+.1f} pips, {position.r_multiple:+.2f} R{hopeful}"

    @admin.display(description="Furthest for and against")
    def range(self, position: Position) -> str:
        if position.mfe_pips is None or position.mae_pips is None:
            return "-"
        return f"{position.mfe_pips:+.1f} and {position.mae_pips:+.1f} pips"

    @admin.display(description="Came true again")
    def again(self, position: Position) -> str:
        if not position.repeats or position.repeated_at is None:
            return "never"
        return f"{position.repeats} times, last {position.repeated_at:%Y-%m-%d %H:%M} UTC"


def _listed(value: Any) -> str:
    """Plain words for a piece of the evidence."""
    if isinstance(value, dict):
        return ", ".join(
            f"{name.replace('_', ' ')} {_listed(part)}" for name, part in value.items()
        )
    if isinstance(value, list):
        return "; ".join(map(_listed, value))
    return "unknown" if value is None else str(value)


def _fill(position: Position, price: Decimal | None, at: datetime | None) -> str:
    if at is None:
        return "-"
    return f"{position.signal.level_text(price)} on {at:%Y-%m-%d %H:%M} UTC"


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
        "states",
        "run",
    ]
    list_display_links = ["bar_closed_at", "symbol"]
    list_filter = ["run__kind", "status", "action", "symbol", "strategy", "late", "is_shadow"]
    search_fields = ["=id", "symbol__code", "strategy"]
    date_hierarchy = "bar_closed_at"
    inlines = [PositionInline]
    fieldsets = [
        (None, {"fields": ["message", "symbol", "timeframe", "feed", "action", "status"]}),
        ("Levels", {"fields": ["price_text", "stop", "target", "confidence", "lots_hint"]}),
        ("Times", {"fields": ["bar_time", "bar_closed_at", "issued_at", "expires_at", "is_late"]}),
        ("Why", {"fields": ["strategy", "config_version", "risk_version", "refused", "saw"]}),
        ("Messages", {"fields": ["tally", "copies", "again"]}),
        ("Run", {"fields": ["run", "is_shadow", "ends"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signal]:
        found: QuerySet[Signal] = super().get_queryset(request)
        return found.select_related("symbol", "run", "ends__symbol")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SignalList]:
        return SignalList

    @admin.display(description="Messages")
    def states(self, obj: Any) -> str:
        return str(obj.tally) if obj.tally.total else "-"

    @admin.display(description="What became of it")
    def tally(self, obj: Signal) -> str:
        return str(tallies([obj.message_key])[obj.message_key])

    @admin.display(description="Recipients")
    def copies(self, obj: Signal) -> str:
        return copies_of(obj)

    @admin.display(description="By hand")
    def again(self, obj: Signal) -> str:
        is_public = obj.run.kind == Run.Kind.LIVE and not obj.is_shadow
        may_go = is_public and obj.status != Signal.Status.BLOCKED
        return push_link(obj) if may_go else "-"

    @admin.display(description="Message")
    def message(self, obj: Signal) -> str:
        return signal_text(obj)

    @admin.display(description="Price", ordering="price")
    def price_text(self, obj: Signal) -> str:
        return obj.price_text

    @admin.display(description="Stop loss")
    def stop(self, obj: Signal) -> str:
        return obj.level_text(obj.sl)

    @admin.display(description="Take profit")
    def target(self, obj: Signal) -> str:
        return obj.level_text(obj.tp)

    @admin.display(description="Refused because")
    def refused(self, obj: Signal) -> str:
        return "; ".join(refusal["reason"] for refusal in obj.refusals) or "-"

    @admin.display(description="What it saw")
    def saw(self, obj: Signal) -> str:
        groups = {name: value for name, value in obj.evidence.items() if value is not None}
        return "\n".join(f"{name}: {_listed(value)}" for name, value in groups.items())

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
