"""Symbols to edit; candles and what is known about feeds to look at."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from audit.admin import ReadOnlyAdmin, ReadOnlyInline
from audit.lists import DeskAdmin
from audit.shown import list_of, listed, side_by_side
from markets.frames import Timeframe
from markets.holidays import delete_holiday, save_holiday
from markets.models import (
    Candle,
    CandleRevision,
    FeedHealth,
    FeedQuota,
    Holiday,
    RejectedBar,
    Symbol,
)
from markets.symbols import save_symbol

SHOWN_PRICES = ("open", "high", "low", "close", "ask_close")


def price(name: str) -> Callable[[Candle], str]:
    """A column of candles, written with the digits of their symbol."""

    @admin.display(description=name.replace("_", " "), ordering=name)
    def column(candle: Candle) -> str:
        return f"{getattr(candle, name):.{candle.symbol.digits}f}"

    return column


@admin.register(Symbol)
class SymbolAdmin(DeskAdmin):
    """What the desk watches. A symbol with candles cannot be deleted: switch it off."""

    list_display = ["code", "feed", "digits", "one_pip", "typical_spread_pips", "is_enabled"]
    list_filter = ["is_enabled", "feed"]
    search_fields = ["code"]
    search_help_text = "Part of the code"
    readonly_fields = ["others"]
    fieldsets = [
        (None, {"fields": ["code", "is_enabled"]}),
        ("Quotes", {"fields": ["digits", "pip_size", "typical_spread_pips"]}),
        (
            "Candles",
            {
                "fields": ["feed"],
                "description": "mock: made-up prices, for a demo. push: your script sends closed "
                "bars. twelvedata, alphavantage: need a key, and a plan that carries the symbols: "
                "one symbol takes 1,440 requests a day; Twelve Data's free plan has 800 (three "
                "symbols: one request each 324 seconds, too late to push), Alpha Vantage's 25. "
                "stored: imported files. docs/feeds.md tells more.",
            },
        ),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Symbol | None = None) -> Any:
        known = [("See also", {"fields": ["others"]})] if obj else []
        return [*self.fieldsets, *known]

    def view_on_site(self, symbol: Symbol) -> str:
        return reverse("signals", query={"symbol": symbol.code})

    @admin.display(description="in Admin")
    def others(self, symbol: Symbol) -> SafeString:
        mine = {"symbol__id__exact": symbol.pk}
        return side_by_side(
            list_of("signals_signal", "Signals", **mine),
            list_of("strategies_strategyconfig", "Strategies", **mine),
            list_of("markets_candle", "Candles", **mine, feed__exact=symbol.feed),
            list_of("markets_feedhealth", "Feed health", **mine),
            list_of("markets_rejectedbar", "Rejected bars", **mine),
        )

    @admin.display(description="pip size", ordering="pip_size")
    def one_pip(self, symbol: Symbol) -> str:
        return f"{symbol.pip_size.normalize():f}"

    def save_model(self, request: HttpRequest, obj: Symbol, form: Any, change: bool) -> None:
        save_symbol(obj, by=request.user.get_username(), now=timezone.now())


@admin.register(Holiday)
class HolidayAdmin(DeskAdmin):
    """When the forex market is closed inside its week."""

    list_display = ["name", "closes_at", "opens_at"]
    date_hierarchy = "closes_at"
    search_fields = ["name"]
    search_help_text = "Part of the name"

    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        save_holiday(obj, by=request.user.get_username(), now=timezone.now())

    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        delete_holiday(obj, by=request.user.get_username(), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Holiday]) -> None:
        for holiday in queryset:
            self.delete_model(request, holiday)


class RevisionInline(ReadOnlyInline):
    model = CandleRevision
    fields = ["observed_at", "open", "high", "low", "close", "ask_close"]


@admin.register(Candle)
class CandleAdmin(ReadOnlyAdmin):
    """Newest stored first; with a feed and a symbol chosen, newest minute first."""

    list_display = ["symbol", "feed", "time", *map(price, SHOWN_PRICES)]
    list_filter = ["feed", "symbol"]
    list_select_related = ["symbol"]
    sortable_by = ()
    inlines = [RevisionInline]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Candle]:
        found: QuerySet[Candle] = super().get_queryset(request)
        return found.filter(timeframe=Timeframe.M1)  # the index begins with feed, symbol, timeframe

    def get_ordering(self, request: HttpRequest) -> list[str]:
        chosen = {"feed__exact", "symbol__id__exact"} <= request.GET.keys()
        return ["-time"] if chosen else ["-pk"]


@admin.register(CandleRevision)
class CandleRevisionAdmin(ReadOnlyAdmin):
    list_display = ["candle", "observed_at", "open", "high", "low", "close", "ask_close"]
    list_filter = ["candle__feed", "candle__symbol"]
    list_select_related = ["candle__symbol"]


@admin.register(RejectedBar)
class RejectedBarAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "feed", "time", "reason", "observed_at"]
    list_filter = ["feed", "symbol"]
    list_select_related = ["symbol"]
    search_fields = ["reason"]
    search_help_text = "Words of the reason"
    fields = ["symbol", "feed", "time", "reason", "observed_at", "sent"]

    @admin.display(description="as it was sent")
    def sent(self, bar: RejectedBar) -> SafeString:
        return listed(bar.raw)


@admin.register(FeedHealth)
class FeedHealthAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "feed", "state", "detail", "last_bar_time", "checked_at", "retry_at"]
    list_filter = ["state", "feed"]
    list_select_related = ["symbol"]
    date_hierarchy = "checked_at"


@admin.register(FeedQuota)
class FeedQuotaAdmin(ReadOnlyAdmin):
    list_display = ["feed", "day", "used", "minute", "used_in_minute"]
    list_filter = ["feed"]
    date_hierarchy = "day"
