"""The shapes of `POST /api/candles`."""

from typing import Any

from rest_framework import serializers

from access.sent import Sent
from access.values import ByName
from markets.models import Symbol

MOST_BARS = 1_000


class BarSerializer(serializers.Serializer[Any]):
    """One closed bar; `time` is when it opened, with its zone."""

    time = serializers.DateTimeField()
    open = serializers.FloatField()
    high = serializers.FloatField()
    low = serializers.FloatField()
    close = serializers.FloatField()
    volume = serializers.FloatField(required=False)
    ask_open = serializers.FloatField(required=False)
    ask_high = serializers.FloatField(required=False)
    ask_low = serializers.FloatField(required=False)
    ask_close = serializers.FloatField(required=False)


class CandlesSerializer(Sent):
    """Closed bars of one symbol, oldest first."""

    symbol = ByName(
        slug_field="code",
        queryset=Symbol.objects.all(),
        error_messages={"does_not_exist": "There is no symbol {value}: add it in the Admin."},
    )
    timeframe = serializers.ChoiceField(
        choices=["M1"],
        help_text="Only M1 is stored.",
        error_messages={"invalid_choice": "Only M1 bars are stored."},
    )
    bars = serializers.ListField(
        max_length=MOST_BARS,
        min_length=1,
        error_messages={
            "min_length": "Send at least one bar.",
            "max_length": "Send at most {max_length} bars at a time.",
        },
    )


class CandlesRequestSerializer(CandlesSerializer):
    """As documented: what a bar may hold. Bars are read one by one, so that one bad bar costs
    no other."""

    bars = BarSerializer(many=True)  # type: ignore[assignment]


class RejectedSerializer(serializers.Serializer[Any]):
    """A bar that was not stored; `index` is its place in `bars`, from 0."""

    index = serializers.IntegerField()
    time = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class StoredSerializer(serializers.Serializer[Any]):
    """What became of the bars."""

    symbol = serializers.CharField()
    stored = serializers.IntegerField(help_text="New candles.")
    duplicates = serializers.IntegerField(help_text="Stored before with the same values.")
    revised = serializers.IntegerField(
        help_text="Stored before with other values; kept aside, the candle stays."
    )
    rejected = RejectedSerializer(many=True)
