"""A history of decisions, and how far each config got in it."""

from datetime import datetime

from django.db import models
from django.db.models import Q

from strategies.models import StrategyConfig


class Run(models.Model):
    """One history of decisions: the live one, or a rehearsal over stored candles."""

    class Kind(models.TextChoices):
        LIVE = "live", "Live"
        REHEARSAL = "rehearsal", "Rehearsal"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    terms = models.JSONField(default=dict, help_text="What a rehearsal was asked for")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="live"), name="run_only_one_live"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} run {self.pk}"


class Track(models.Model):
    """How far one config has been evaluated in one run; locked while it moves."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="tracks")
    config = models.ForeignKey(StrategyConfig, on_delete=models.PROTECT, related_name="tracks")
    feed = models.CharField(max_length=20, help_text="Where the bars come from")
    starts_after = models.DateTimeField(help_text="Bars that open later are evaluated")
    last_bar = models.DateTimeField(null=True, help_text="Open time of the last evaluated bar")
    hole_ended_at = models.DateTimeField(null=True)
    hole_minutes = models.PositiveIntegerField(default=0)
    reading = models.JSONField(default=dict, help_text="What the last bar looked like to it")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "config", "feed"], name="track_once_per_feed")
        ]

    def __str__(self) -> str:
        return f"{self.config} in run {self.run_id}"

    @property
    def watermark(self) -> datetime:
        """Bars that open after this are still to be evaluated."""
        return self.last_bar or self.starts_after
