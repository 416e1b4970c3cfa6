"""The looks at the clock that started the work."""

from datetime import datetime

from django.db import models


class TickManager(models.Manager["Tick"]):
    def readers_change(self, *, now: datetime) -> datetime | None:
        """When what readers see may last have changed, beside what signals say of themselves.

        Ask with the signals or before: a time that is too old costs a second look.
        """
        return last_change(self.values_list("finished_at", flat=True).first(), now=now)


def last_change(ended: datetime | None, *, now: datetime) -> datetime | None:
    """The later of the minute's begin, when ideas expire, and the end of the newest tick.

    None while that tick is at work, or before the first: nobody can say then.
    """
    return ended and max(now.replace(second=0, microsecond=0), ended)


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
    uptime = models.FloatField(null=True, help_text="Seconds its machine was up, sleep included")
    boot = models.CharField(max_length=36, blank=True, help_text="Which start of which machine")
    errors = models.JSONField(default=list)
    shards_left = models.PositiveIntegerField(
        default=0, help_text="Parts still at work; one that was lost is made up by the next tick"
    )

    objects = TickManager()

    class Meta:
        ordering = ["-slot"]
        get_latest_by = "slot"

    def __str__(self) -> str:
        return f"Tick of {self.slot:%Y-%m-%d %H:%M:%S} UTC"
