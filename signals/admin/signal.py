"""A signal with all that belongs to it."""

from datetime import UTC
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.decorators import display

from audit.admin import ReadOnlyAdmin
from audit.shown import link, list_of, listed, once, side_by_side
from delivery.tallies import tallies
from risk.guards.registry import guard_title
from signals.admin.filters import BY_STRATEGY, HistoryFilter
from signals.admin.position import PositionInline
from signals.admin.states import SignalList, copies_of, push_link
from signals.messages import signal_text
from signals.models import Run, Signal

COLOURS = {"open": "info", "tp": "success", "sl": "danger", "blocked": "warning"}


@admin.register(Signal)
class SignalAdmin(ReadOnlyAdmin):
    list_display = [
        "bar_closed_at",
        "symbol",
        "strategy",
        "action",
        "price_text",
        "confidence",
        "stands",
        "states",
    ]
    list_display_links = ["bar_closed_at", "symbol"]
    list_filter = [HistoryFilter, "status", "ending", "action", "symbol", BY_STRATEGY]
    search_fields = ["symbol__code", "strategy"]
    search_help_text = "Number, symbol or strategy"
    exact_search = ("id",)
    date_hierarchy = "bar_closed_at"
    inlines = [PositionInline]
    fieldsets = [
        (None, {"fields": ["message", "symbol", "timeframe", "feed", "action", "status"]}),
        ("Levels", {"fields": ["price_text", "stop", "target", "confidence", "lots_hint"]}),
        ("Times", {"fields": ["bar_time", "bar_closed_at", "issued_at", "expires_at", "is_late"]}),
        ("Why", {"fields": ["strategy", "config_version", "risk_version", "refused", "saw"]}),
        ("Messages", {"fields": ["tally", "copies", "again", "others"]}),
        ("Run", {"fields": ["run", "is_shadow", "ends"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signal]:
        found: QuerySet[Signal] = super().get_queryset(request)
        return found.select_related("symbol", "run")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[SignalList]:
        return SignalList

    def view_on_site(self, obj: Signal) -> str:
        return reverse("signal", args=[obj.pk])

    @admin.display(description="See also")
    @once
    def others(self, obj: Signal) -> SafeString:
        same = {"symbol__id__exact": obj.symbol_id, "strategy": obj.strategy}
        return side_by_side(
            list_of("delivery_message", "Messages", q=obj.message_key),
            list_of("delivery_delivery", "Deliveries", q=obj.message_key),
            link(reverse("logs", query={"q": obj.message_key}), "Log"),
            link(reverse("why", query=_moment(obj)), "Compute it again"),
            list_of("signals_signal", f"Other {obj.symbol} {obj.strategy} signals", **same),
        )

    @display(description="Status", ordering="status", label=COLOURS)
    def stands(self, obj: Signal) -> tuple[str, str]:
        if obj.refusals and obj.status == Signal.Status.BLOCKED:
            return obj.status, "Blocked: " + ", ".join(map(guard_title, obj.blocked_by))
        late = ", late" if obj.late else ""
        shown = obj.get_ending_display() or obj.get_status_display()
        return obj.ending or obj.status, f"{shown}{late}"

    @admin.display(description="Messages")
    def states(self, obj: Any) -> str:
        return str(obj.tally) if obj.tally.total else "-"

    @admin.display(description="What became of it")
    @once
    def tally(self, obj: Signal) -> str:
        return str(tallies([obj.message_key])[obj.message_key])

    @admin.display(description="Recipients")
    @once
    def copies(self, obj: Signal) -> str:
        return copies_of(obj)

    @admin.display(description="By hand")
    def again(self, obj: Signal) -> str:
        return push_link(obj) if obj.is_public else "-"

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
    @once
    def saw(self, obj: Signal) -> SafeString:
        return listed({name: value for name, value in obj.evidence.items() if value is not None})

    @admin.display(description="Pushed", ordering="late")
    def is_late(self, obj: Signal) -> str:
        return "too late" if obj.late else "in time"


def _moment(signal: Signal) -> dict[str, str]:
    """What the page of why, or why not, is asked about `signal`."""
    at = f"{signal.bar_closed_at.astimezone(UTC):%Y-%m-%dT%H:%M}"
    run = {} if signal.run.kind == Run.Kind.LIVE else {"run": str(signal.run_id)}
    return {"symbol": signal.symbol.code, "at": at, "strategy": signal.strategy, **run}
