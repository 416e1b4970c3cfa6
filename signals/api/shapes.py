"""What the pull API accepts and how OpenAPI describes what it answers."""

from typing import Any

from rest_framework import serializers

from access.sent import PageQuery, Sent
from access.values import Choice
from markets.frames import Timeframe
from signals.models import Signal
from signals.results import BY
from strategies.registry import STRATEGIES


class SymbolField(serializers.RegexField):
    """A symbol's code in any case, such as eurusd."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[A-Za-z0-9._/-]{3,20}$", **options)
        self.error_messages["invalid"] = "Not a symbol: use a code such as EURUSD."

    def to_internal_value(self, value: Any) -> str:
        return super().to_internal_value(value).upper()


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


class StatsQuery(Sent):
    by = Choice(list(BY), required=False, help_text="Also in groups.")
    symbol = SymbolField(required=False)
    strategy = Choice(list(STRATEGIES), required=False)
    since = serializers.DateTimeField(required=False, help_text="Bars that closed from here on,")
    until = serializers.DateTimeField(required=False, help_text="and before this.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "since" in attrs and "until" in attrs and attrs["since"] >= attrs["until"]:
            raise serializers.ValidationError({"until": "Must be later than since."})
        return attrs


class ResultsOut(serializers.Serializer[Any]):
    """The results of BUY and SELL signals; null where there is nothing to tell it from."""

    n = serializers.IntegerField(help_text="The sample: closed with a known result.")
    wins = serializers.IntegerField()
    losses = serializers.IntegerField()
    expired = serializers.IntegerField(help_text="Of n: ended by time, as a win or a loss.")
    undecided = serializers.IntegerField(help_text="Closed, but missing bars hide the result.")
    open = serializers.IntegerField()
    blocked = serializers.IntegerField(help_text="Refused by a guard; in no other figure.")
    win_rate = serializers.FloatField(allow_null=True, help_text="0 to 1.")
    r_sum = serializers.FloatField(allow_null=True, help_text="In units of each signal's risk.")
    r_mean = serializers.FloatField(allow_null=True)
    pips_sum = serializers.FloatField(allow_null=True)
    pips_mean = serializers.FloatField(allow_null=True)
    is_demo = serializers.BooleanField(help_text="Some were judged by prices that are made up.")


class GroupOut(ResultsOut):
    """What the signals of a group share; null where they differ."""

    strategy = serializers.CharField(allow_null=True)
    symbol = serializers.CharField(allow_null=True)
    config = serializers.IntegerField(allow_null=True)


class StatsOut(serializers.Serializer[Any]):
    total = ResultsOut()
    groups = GroupOut(many=True, help_text="Empty unless asked for with `by`.")
