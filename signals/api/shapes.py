"""What the pull API accepts and how OpenAPI describes what it answers."""

from typing import Any

from rest_framework import serializers

from access.sent import PageQuery, Sent
from access.values import Choice
from markets.api.fields import SymbolField
from markets.frames import Timeframe
from signals.models import Signal
from strategies.registry import STRATEGIES


class LatestQuery(Sent):
    symbol = SymbolField()
    strategy = Choice(list(STRATEGIES), required=False)
    timeframe = Choice([frame.value for frame in Timeframe], required=False)


class RecentQuery(PageQuery):
    symbol = SymbolField(required=False)
    strategy = Choice(list(STRATEGIES), required=False)
    action = Choice(Signal.Action.values, required=False)
    status = Choice(
        Signal.Status.values, required=False, help_text="Blocked signals come only when asked for."
    )
    since = serializers.DateTimeField(
        required=False, help_text="Only signals whose bar closed at this time or later."
    )


class OutcomeOut(serializers.Serializer[Any]):
    reason = serializers.CharField()
    closed_at = serializers.DateTimeField()
    exit_price = serializers.FloatField(allow_null=True)
    pips = serializers.FloatField(allow_null=True)
    r_multiple = serializers.FloatField(allow_null=True)


class SignalOut(serializers.Serializer[Any]):
    """A signal; prices carry the symbol's digits, times are ISO-8601 in UTC."""

    symbol = serializers.CharField()
    timeframe = serializers.CharField()
    action = serializers.ChoiceField(Signal.Action.values)
    price = serializers.FloatField()
    sl = serializers.FloatField(allow_null=True)
    tp = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField(allow_null=True)
    strategy = serializers.CharField()
    version = serializers.CharField()
    expires_at = serializers.DateTimeField()
    issued_at = serializers.DateTimeField()
    id = serializers.IntegerField()
    lots_hint = serializers.FloatField(allow_null=True)
    status = serializers.ChoiceField(Signal.Status.values)
    blocked_by = serializers.ListField(child=serializers.CharField())
    bar_time = serializers.DateTimeField()
    late = serializers.BooleanField()
    outcome = OutcomeOut(allow_null=True)


class RecentOut(serializers.Serializer[Any]):
    signals = SignalOut(many=True)
    count = serializers.IntegerField(help_text="Signals on this page.")
    next = serializers.CharField(allow_null=True, help_text="Pass as `cursor` for older ones.")
