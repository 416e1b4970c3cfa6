"""Sweeps in JSON, as they are asked for and as they are told."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from rest_framework import serializers

from access.sent import PageQuery
from access.values import Choice, Whole
from backtests.api.shapes import BacktestIn
from backtests.models import State, Sweep
from backtests.sweeps.counting import Counts, waits_for
from backtests.sweeps.judging import OPINIONS
from backtests.sweeps.queueing import MOST_WINDOWS, Search
from backtests.sweeps.space import MOST_TRIALS
from risk.statistics import MINIMUM

USUAL = Search()
SPACE = "Setting -> the values to try: `5, 8, 13`, `5:20:5` (steps), `0.5..3` (random search)."


class SweepIn(BacktestIn):
    """A backtest's plan, what to vary of it, and how to search and choose."""

    space = serializers.DictField(child=serializers.CharField(max_length=500), help_text=SPACE)
    kind = Choice(Sweep.Kind.choices, required=False, default=USUAL.kind)
    trials = Whole(
        required=False,
        default=USUAL.trials,
        min_value=1,
        max_value=MOST_TRIALS,
        help_text="Of a random search; a grid has as many as it has combinations.",
    )
    seed = Whole(required=False, default=USUAL.seed, min_value=1, max_value=2**31 - 1)
    windows = Whole(
        required=False,
        default=USUAL.windows,
        min_value=1,
        max_value=MOST_WINDOWS,
        help_text="Equal parts of the period; the last one only judges what the others chose.",
    )
    criterion = Choice(Sweep.Criterion.choices, required=False, default=USUAL.criterion)
    least_results = Whole(
        required=False,
        default=USUAL.least_results,
        min_value=MINIMUM,
        max_value=1_000_000,
        help_text="In each window it is chosen by.",
    )


class SweepsQuery(PageQuery):
    state = Choice(State.values, required=False)


class SweepProgressOut(serializers.Serializer[Any]):
    """Its trials by what became of them."""

    queued = serializers.IntegerField()
    running = serializers.IntegerField()
    done = serializers.IntegerField()
    failed = serializers.IntegerField()
    cancelled = serializers.IntegerField()
    seconds_left = serializers.FloatField(allow_null=True, help_text="By the pace so far.")
    waits_for = serializers.CharField(allow_blank=True, help_text="Why it does not go on.")


class SweepFiguresOut(serializers.Serializer[Any]):
    """Results in R after costs; null where they are too few, or unknown."""

    n = serializers.IntegerField()
    expectancy_r = serializers.FloatField(allow_null=True)
    interval = serializers.ListField(
        child=serializers.FloatField(), allow_null=True, help_text="95 % of the expectancy."
    )
    win_rate = serializers.FloatField(allow_null=True)
    r_sum = serializers.FloatField(allow_null=True)
    sharpe = serializers.FloatField(allow_null=True, help_text="A year.")
    profit_factor = serializers.FloatField(allow_null=True)
    max_drawdown_r = serializers.FloatField(allow_null=True)


class JudgedOut(serializers.Serializer[Any]):
    """The best trial of some days, there and where it had no part in the choice."""

    number = serializers.IntegerField(allow_null=True, help_text="Of the trial; null: none.")
    settings = serializers.DictField()
    inside_days = serializers.ListField(child=serializers.DateField())
    outside_days = serializers.ListField(child=serializers.DateField(), allow_null=True)
    inside = SweepFiguresOut()
    outside = SweepFiguresOut()


class DeflatedOut(serializers.Serializer[Any]):
    """The Sharpe of the choice beside what luck alone would show."""

    sharpe = serializers.FloatField(help_text="A year, in sample.")
    expected = serializers.FloatField(help_text="The highest that luck alone would reach.")
    probability = serializers.FloatField(help_text="That the true one is above it.")
    days = serializers.IntegerField()
    trials = serializers.IntegerField()


class LuckOut(serializers.Serializer[Any]):
    """The permutation test."""

    p = serializers.FloatField(help_text="Share of draws without an edge that do as well.")
    days = serializers.IntegerField()
    block = serializers.IntegerField()
    draws = serializers.IntegerField()


class VerdictOut(serializers.Serializer[Any]):
    """What is said of the best, and how sure that is."""

    opinion = serializers.ChoiceField(choices=OPINIONS)
    text = serializers.CharField()
    remarks = serializers.ListField(child=serializers.CharField())
    criterion = serializers.ChoiceField(choices=Sweep.Criterion.choices)
    trials = serializers.IntegerField(help_text="That ended with a result.")
    choice = JudgedOut()
    steps = JudgedOut(many=True, help_text="Walk-forward: each window, judged in the next.")
    inside = SweepFiguresOut(help_text="All steps together where they were chosen.")
    outside = SweepFiguresOut(help_text="All steps together where they were judged.")
    deflated = DeflatedOut(allow_null=True)
    luck = LuckOut(allow_null=True)


class SweepOut(serializers.ModelSerializer[Sweep]):
    """A sweep: what was asked, how far it is, and in a word what came of it."""

    plan = serializers.DictField(help_text="What all trials share.")
    space = serializers.DictField(child=serializers.CharField())
    progress = serializers.SerializerMethodField()
    opinion = serializers.ChoiceField(
        choices=OPINIONS, allow_null=True, help_text="null while there is no verdict."
    )
    backtests = serializers.SerializerMethodField(help_text="Where its trials are, one by one.")

    class Meta:
        model = Sweep
        fields = [
            *("id", "state", "is_demo", "kind", "plan", "space", "trials", "left_out", "seed"),
            *("windows", "criterion", "least_results", "progress", "opinion", "error"),
            *("created_at", "created_by", "finished_at", "backtests"),
        ]
        read_only_fields = fields

    def get_progress(self, sweep: Sweep) -> SweepProgressOut:
        now: datetime = self.context["now"]
        counts: Counts = self.context["counts"][sweep.pk]
        held = waits_for(sweep, counts, is_busy=self.context["is_busy"], now=now)
        left = None if held else counts.seconds_left(sweep.trials, now=now)
        names = ("queued", "running", "done", "failed", "cancelled")
        told = {name: getattr(counts, name) for name in names}
        return told | {"seconds_left": left, "waits_for": held}  # type: ignore[return-value]

    def get_backtests(self, sweep: Sweep) -> str:
        return f"{reverse('api-backtests')}?sweep={sweep.pk}"


class OneSweepOut(SweepOut):
    """The same with its verdict."""

    verdict = VerdictOut(allow_null=True, help_text="null until all trials have ended.")

    class Meta(SweepOut.Meta):
        fields = [*SweepOut.Meta.fields, "verdict"]
        read_only_fields = fields
