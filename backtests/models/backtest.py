"""One backtest: what was asked, who works on it, how far it is, and what came out."""

from django.db import models
from django.db.models import Q

from backtests.models.states import State
from backtests.models.sweep import Sweep
from backtests.plan import Plan
from backtests.trades import Trades


class Backtest(models.Model):
    """The row is the queue: a worker claims it by compare-and-set and beats while it works."""

    sweep = models.ForeignKey(Sweep, null=True, on_delete=models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField(null=True, help_text="Of the trial within its sweep")
    plan = models.JSONField(help_text="Plan.as_json()")
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    is_demo = models.BooleanField(help_text="Its candles are the mock feed's")
    bars_total = models.PositiveIntegerField(default=0)
    bars_done = models.PositiveIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True, help_text="Of the worker that has it")
    beat_at = models.DateTimeField(null=True, help_text="When that worker last said it is at it")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text="Why it failed, and what to do")
    code = models.CharField(max_length=12, blank=True, help_text="Of the code that decided")
    figures = models.JSONField(null=True, help_text="What the trades came to, for lists")
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "beat_at"], name="backtest_by_state"),
            models.Index(
                fields=["-id"], condition=Q(sweep__isnull=True), name="backtest_single_newest"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sweep", "number"], name="backtest_once_per_trial"),
            models.CheckConstraint(
                condition=Q(sweep__isnull=True, number__isnull=True)
                | Q(sweep__isnull=False, number__isnull=False),
                name="backtest_trial_has_number",
            ),
        ]

    def __str__(self) -> str:
        return f"Backtest {self.pk}"

    def asked(self) -> Plan:
        """The plan as values."""
        return Plan.of_json(self.plan)


class BacktestResult(models.Model):
    """What one backtest found; written once, in the transaction that makes it `done`."""

    backtest = models.OneToOneField(Backtest, on_delete=models.CASCADE, related_name="result")
    packed = models.BinaryField(help_text="Trades.to_bytes()")
    guards = models.JSONField(help_text="Slugs, in the order of the bits of `refused`")
    left_out = models.JSONField(help_text="Slugs of guards the bars could not answer for")
    bars = models.JSONField(help_text="Per symbol: how many, first, last, open at end")

    def __str__(self) -> str:
        return f"Result of backtest {self.backtest_id}"

    def trades(self) -> Trades:
        """All closed trades, shadows among them."""
        return Trades.from_bytes(bytes(self.packed))
