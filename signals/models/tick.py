"""The looks at the clock that started the work."""

from django.db import models


class Tick(models.Model):
    """One look at the clock: what the scheduler started and what came of it."""

    slot = models.DateTimeField(unique=True, help_text="The boundary this tick belongs to")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    bars = models.PositiveIntegerField(default=0)
    signals = models.PositiveIntegerField(default=0)
    lag_seconds = models.FloatField(
        null=True, help_text="Close of the newest bar to the commit of its decisions"
    )
    errors = models.JSONField(default=list)

    class Meta:
        ordering = ["-slot"]
        get_latest_by = "slot"

    def __str__(self) -> str:
        return f"Tick of {self.slot:%Y-%m-%d %H:%M:%S} UTC"
