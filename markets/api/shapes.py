"""Symbols and holidays in JSON, as they are told and as they are sent."""

from typing import Any, ClassVar

from rest_framework import serializers

from access.sent import PageQuery
from access.values import Choice, Flag, SentModel
from markets.feeds.registry import FEEDS
from markets.models import Holiday, Symbol

Options = dict[str, dict[str, Any]]


class SymbolOut(serializers.ModelSerializer[Symbol]):
    """A pair the desk watches."""

    pip_size = serializers.FloatField()
    is_demo = serializers.BooleanField(help_text="Its prices are made up.")

    class Meta:
        model = Symbol
        fields = [
            "code",
            "digits",
            "pip_size",
            "typical_spread_pips",
            "feed",
            "is_enabled",
            "is_demo",
        ]
        read_only_fields = fields


class SymbolsQuery(PageQuery):
    enabled = Flag(required=False)
    feed = Choice(list(FEEDS), required=False)


class SymbolChange(SentModel):
    """What of a symbol may change; what is left out stays."""

    class Meta:
        model = Symbol
        fields = ["code", "digits", "pip_size", "typical_spread_pips", "feed", "is_enabled"]
        extra_kwargs: ClassVar[Options] = {
            "code": {"required": False, "validators": []}
        }  # the model's own words


class NewSymbol(SymbolChange):
    """What is left out is as usual for that pair: 3 digits and a pip of 0.01 for yen pairs."""

    class Meta(SymbolChange.Meta):
        extra_kwargs: ClassVar[Options] = {"code": {"required": True, "validators": []}}


class HolidayOut(serializers.ModelSerializer[Holiday]):
    """A time inside the forex week when the market is closed."""

    class Meta:
        model = Holiday
        fields = ["id", "name", "closes_at", "opens_at"]
        read_only_fields = fields


class NewHoliday(SentModel):
    class Meta:
        model = Holiday
        fields = ["name", "closes_at", "opens_at"]
        extra_kwargs: ClassVar[Options] = {"closes_at": {"validators": []}}


class HolidayChange(NewHoliday):
    """What is left out stays."""

    class Meta(NewHoliday.Meta):
        extra_kwargs: ClassVar[Options] = {
            "name": {"required": False},
            "closes_at": {"required": False, "validators": []},
            "opens_at": {"required": False},
        }
