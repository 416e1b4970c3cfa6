"""What /api/stats accepts and how OpenAPI describes what it answers."""

from typing import Any

from rest_framework import serializers

from access.sent import Sent
from access.values import Choice
from markets.api.fields import SymbolField
from signals.track_record import BASES, CUTS, GUARD, SOURCES
from strategies.registry import STRATEGIES

BY = (*CUTS, "config", GUARD)


class StatsQuery(Sent):
    by = Choice(list(BY), required=False, help_text="Also in groups; guard: what each saved.")
    symbol = SymbolField(required=False)
    strategy = Choice(list(STRATEGIES), required=False)
    since = serializers.DateTimeField(
        required=False,
        help_text="Signals that ended from here on; of those that did not, whose bar closed then,",
    )
    until = serializers.DateTimeField(required=False, help_text="and before this.")
    basis = Choice(
        list(BASES), required=False, help_text="catch_up: only those found too late to be sent."
    )
    source = Choice(  # type: ignore[assignment]  # a name fields have for themselves, as below
        list(SOURCES),
        required=False,
        help_text="Prices they were judged on; left out: real, made-up ones where there are none.",
    )
    equity = serializers.BooleanField(
        required=False, help_text="Also the running sum of R, in 2,000 points at most."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "since" in attrs and "until" in attrs and attrs["since"] >= attrs["until"]:
            raise serializers.ValidationError({"until": "Must be later than since."})
        return attrs


class IntervalOut(serializers.Serializer[Any]):
    low = serializers.FloatField()
    high = serializers.FloatField()


def _ratio(help_text: str = "") -> serializers.FloatField:
    return serializers.FloatField(allow_null=True, help_text=help_text)


class FiguresOut(serializers.Serializer[Any]):
    """The results of BUY and SELL signals.

    Rates, means and ratios are null below `terms.minimum` results, and where they are undefined.
    """

    n = serializers.IntegerField(help_text="The sample: ended with a known result.")
    expired = serializers.IntegerField(help_text="Of n: ended by time, as a win or a loss.")
    undecided = serializers.IntegerField(help_text="Ended, but missing bars hide the result.")
    open = serializers.IntegerField()
    blocked = serializers.IntegerField(help_text="Refused by a guard; in no other figure.")
    wins = serializers.IntegerField(help_text="Above zero R.")
    losses = serializers.IntegerField(help_text="Below zero R.")
    even = serializers.IntegerField(help_text="Exactly zero.")
    is_enough = serializers.BooleanField(help_text="Whether n reaches `terms.minimum`.")
    missing = serializers.IntegerField(help_text="How many more results that takes.")
    win_rate = _ratio("0 to 1.")
    win_rate_interval = IntervalOut(allow_null=True)
    r_sum = _ratio("In units of each signal's risk.")
    r_mean = _ratio("The expectancy: R of a signal at the mean.")
    r_mean_interval = IntervalOut(allow_null=True)
    r_best = _ratio()
    r_worst = _ratio()
    pips_sum = _ratio()
    pips_mean = _ratio()
    return_pct_sum = _ratio("Percent of the entry prices, added up.")
    profit_factor = _ratio("R won for each R lost; null without a loss.")
    payoff = _ratio("The mean win in mean losses.")
    days = serializers.IntegerField(help_text="Trading days from the first result to the last.")
    sharpe = _ratio("As `terms.sharpe_and_sortino` says.")
    sortino = _ratio("The same against the days that lost.")
    max_drawdown_r = _ratio("The deepest fall of the running sum of R: zero or negative.")
    drawdown_started_at = serializers.DateTimeField(allow_null=True)
    drawdown_seconds = serializers.IntegerField(
        allow_null=True, help_text="Until the best was reached again, or to the last result."
    )
    is_recovered = serializers.BooleanField(allow_null=True)
    longest_losing_run = serializers.IntegerField(help_text="Losses in a row.")
    ties = serializers.IntegerField(help_text="SL and TP inside one bar: told as SL.")
    tie_r = serializers.FloatField(help_text="What r_sum would gain had TP come first in each.")
    is_demo = serializers.BooleanField(help_text="They were judged by prices that are made up.")


class GroupOut(FiguresOut):
    """What the signals of a group share, null where they differ; then their figures."""

    key = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    strategy = serializers.CharField(allow_null=True)
    symbol = serializers.CharField(allow_null=True)
    config = serializers.IntegerField(allow_null=True)
    version = serializers.CharField(allow_null=True)


class GuardEffectOut(serializers.Serializer[Any]):
    """What the signals one guard refused would have come to; several may refuse the same one."""

    guard = serializers.CharField()
    title = serializers.CharField()
    blocked = serializers.IntegerField()
    judged = serializers.IntegerField(help_text="Of those: with a known result in the shadow.")
    saved_r = _ratio("R they would have lost; negative is what the guard cost.")
    alone_blocked = serializers.IntegerField(help_text="Refused by this guard only.")
    alone_judged = serializers.IntegerField()
    alone_saved_r = _ratio()


class PointOut(serializers.Serializer[Any]):
    closed_at = serializers.DateTimeField()
    equity_r = serializers.FloatField(help_text="R so far.")
    drawdown_r = serializers.FloatField(help_text="Below the best so far: zero or negative.")


class EquityOut(serializers.Serializer[Any]):
    results = serializers.IntegerField(help_text="Results behind the curve.")
    is_thinned = serializers.BooleanField(
        help_text="Points were left out; of each stretch its end and its deepest point are kept."
    )
    points = PointOut(many=True)


class TermsOut(serializers.Serializer[Any]):
    minimum = serializers.IntegerField(help_text="Results below which no rate is told.")
    confidence = serializers.FloatField(help_text="Of the intervals, 0 to 1.")
    win_rate_interval = serializers.CharField()
    r_mean_interval = serializers.CharField()
    sharpe_and_sortino = serializers.CharField()


class LeftOutOut(serializers.Serializer[Any]):
    other_basis = serializers.IntegerField(help_text="Signals of the basis not asked for.")
    other_source = serializers.IntegerField(help_text="Signals judged on the other prices.")


class StatsOut(serializers.Serializer[Any]):
    notice = serializers.CharField(help_text="Belongs beside each figure that is passed on.")
    basis = serializers.ChoiceField(list(BASES))
    source = serializers.ChoiceField(list(SOURCES))  # type: ignore[assignment]
    terms = TermsOut()
    left_out = LeftOutOut(help_text="Signals of the range that are in no figure.")
    total = FiguresOut()
    groups = GroupOut(many=True, help_text="Empty unless asked for with `by`.")
    guards = GuardEffectOut(many=True, help_text="Empty unless asked for with `by=guard`.")
    equity = EquityOut(allow_null=True, help_text="Null unless asked for with `equity`.")
