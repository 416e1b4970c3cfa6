"""Symbols to edit; candles and what is known about feeds to look at."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin

from audit.admin import ReadOnlyAdmin
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
class SymbolAdmin(ModelAdmin):
    """What the desk watches. A symbol with candles cannot be deleted: switch it off."""

    list_display = ["code", "feed", "digits", "one_pip", "typical_spread_pips", "is_enabled"]
    list_filter = ["is_enabled", "feed"]
    search_fields = ["code"]
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

    @admin.display(description="pip size", ordering="pip_size")
    def one_pip(self, symbol: Symbol) -> str:
        return f"{symbol.pip_size.normalize():f}"

    def save_model(self, request: HttpRequest, obj: Symbol, form: Any, change: bool) -> None:
        save_symbol(obj, by=request.user.get_username(), now=timezone.now())


@admin.register(Holiday)
class HolidayAdmin(ModelAdmin):
    """When the forex market is closed inside its week."""

    list_display = ["name", "closes_at", "opens_at"]
    date_hierarchy = "closes_at"
    search_fields = ["name"]


@admin.register(Candle)
class CandleAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "feed", "time", *map(price, SHOWN_PRICES)]
    list_filter = ["feed", "symbol", "ask_source"]
    list_select_related = ["symbol"]
    date_hierarchy = "time"


@admin.register(CandleRevision)
class CandleRevisionAdmin(ReadOnlyAdmin):
    list_display = ["candle", "observed_at", "open", "high", "low", "close", "ask_close"]
    list_filter = ["candle__feed", "candle__symbol"]
    list_select_related = ["candle__symbol"]
    date_hierarchy = "observed_at"


@admin.register(RejectedBar)
class RejectedBarAdmin(ReadOnlyAdmin):
    list_display = ["symbol", "feed", "time", "reason", "observed_at"]
    list_filter = ["feed", "symbol"]
    list_select_related = ["symbol"]
    search_fields = ["reason"]
    date_hierarchy = "observed_at"
    exclude = ["digest"]


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
