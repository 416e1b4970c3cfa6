"""A search over settings: many backtests of one plan."""

from typing import Any

from django.db import models
from django.db.models.fields.json import KT

from backtests.models.states import State


class SweepQuerySet(models.QuerySet["Sweep"]):
    """Searches, and what lists ask of them."""

    def with_opinion(self) -> models.QuerySet[Any]:
        """Each with `opinion`, the verdict in a word or None, and without its many trials."""
        return self.defer("verdict").annotate(opinion=KT("verdict__opinion"))


class Sweep(models.Model):
    """One search; its trials are `Backtest` rows with a `number` each."""

    class Kind(models.TextChoices):
        GRID = "grid", "Grid: every combination"
        RANDOM = "random", "Random: some of them"

    class Criterion(models.TextChoices):
        EXPECTANCY = "expectancy", "Expectancy: mean R of a signal"
        SHARPE = "sharpe", "Sharpe: mean daily R in its deviation"

    kind = models.CharField(max_length=6, choices=Kind.choices)
    criterion = models.CharField(
        max_length=10,
        choices=Criterion.choices,
        default=Criterion.EXPECTANCY,
        help_text="What the best trial is best in",
    )
    least_results = models.PositiveIntegerField(
        default=30, help_text="With fewer results in a window a trial is not chosen there"
    )
    plan = models.JSONField(help_text="Plan.as_json(): what all trials share")
    space = models.JSONField(help_text="Setting -> the values tried")
    trials = models.PositiveIntegerField(help_text="How many combinations are tested")
    left_out = models.PositiveIntegerField(
        default=0, help_text="Combinations the strategy refuses: counted, not tested"
    )
    seed = models.PositiveIntegerField(default=1, help_text="Of random search and permutations")
    windows = models.PositiveSmallIntegerField(
        default=4, help_text="Equal parts: chosen in one, judged in the next"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    is_demo = models.BooleanField(help_text="Its candles are the mock feed's")
    verdict = models.JSONField(null=True, help_text="Selection and its tests, once all are done")
    error = models.TextField(blank=True, help_text="Why it has no verdict, and what to do")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    finished_at = models.DateTimeField(null=True)

    objects = SweepQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"Sweep {self.pk}"
