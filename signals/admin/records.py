"""What the engine writes beside signals."""

from django.contrib import admin
from django.utils.safestring import SafeString

from audit.admin import ReadOnlyAdmin
from audit.lists import known_values
from audit.shown import in_words, list_of, listed, side_by_side
from risk.wording import HOW
from signals.admin.filters import BY_STRATEGY
from signals.models import Position, Run, SignalCount, Tick, Track
from signals.pages.deciding import bars_text


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ["name", "kind", "asked_for", "started_at", "finished_at"]
    list_display_links = ["name"]
    list_filter = ["kind"]
    fields = ["name", "asked_for", "started_at", "finished_at", "others"]

    @admin.display(description="Run", ordering="pk")
    def name(self, obj: Run) -> str:
        return str(obj)

    @admin.display(description="Asked for")
    def asked_for(self, obj: Run) -> str:
        return in_words(obj.terms) if obj.terms else "what happens now"

    @admin.display(description="See also")
    def others(self, obj: Run) -> SafeString:
        return side_by_side(
            list_of("signals_signal", "Its signals", run__id__exact=obj.pk),
            list_of("signals_track", "How far it got", run__id__exact=obj.pk),
        )


@admin.register(Track)
class TrackAdmin(ReadOnlyAdmin):
    list_display = ["config", "run", "feed", "last_bar", "hole_ended_at", "hole_minutes"]
    list_filter = ["run__kind", "feed", "config__symbol", "config__strategy"]
    list_select_related = ["config__symbol", "run"]
    fieldsets = [
        (None, {"fields": ["config", "run", "feed"]}),
        ("How far", {"fields": ["starts_after", "last_bar", "hole_ended_at", "hole_minutes"]}),
        ("The last bar", {"fields": ["saw"]}),
    ]

    @admin.display(description="What it saw")
    def saw(self, obj: Track) -> SafeString | str:
        return listed(obj.reading) if obj.reading else "nothing yet"


@admin.register(Position)
class PositionAdmin(ReadOnlyAdmin):
    list_display = ["signal", "state", "is_shadow", "reason", "closed_at", "pips", "r_multiple"]
    list_filter = ["state", known_values("reason", HOW.items)]
    list_select_related = ["signal__symbol"]
    exclude = ["decided_by"]
    readonly_fields = ["decided"]

    @admin.display(description="Decided by (open, high, low, close)")
    def decided(self, obj: Position) -> str:
        return bars_text(obj)


@admin.register(Tick)
class TickAdmin(ReadOnlyAdmin):
    list_display = ["slot", "at", "finished_at", "bars", "signals", "lag", "failed"]
    date_hierarchy = "slot"
    fields = ["slot", "at", "finished_at", "bars", "signals", "lag", "went_wrong"]

    @admin.display(description="What went wrong")
    def went_wrong(self, obj: Tick) -> str:
        return "\n".join(obj.errors) or "nothing"

    @admin.display(description="Lag (s)", ordering="lag_seconds")
    def lag(self, obj: Tick) -> str:
        return "-" if obj.lag_seconds is None else f"{obj.lag_seconds:.1f}"

    @admin.display(description="Failed", boolean=True)
    def failed(self, obj: Tick) -> bool:
        return bool(obj.errors)


@admin.register(SignalCount)
class SignalCountAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "strategy", "action", "status", "total", "last_at"]
    list_filter = ["symbol", BY_STRATEGY, "action", "status"]
