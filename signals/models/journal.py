"""What the engine read, hour by hour: enough to compute it again and compare."""

from django.db import models

from risk.models import RiskVersion
from signals.models.run import Track
from strategies.models import ConfigVersion


class Journal(models.Model):
    """The bars a track evaluated within one hour, and what it evaluated them with.

    An hour in which a setting or the code changed has a row for each stretch of it.
    """

    track = models.ForeignKey(
        Track, on_delete=models.CASCADE, related_name="journal", db_index=False
    )
    hour = models.DateTimeField(help_text="The whole hour its bars open in, UTC")
    config_version = models.ForeignKey(ConfigVersion, on_delete=models.PROTECT)
    risk_version = models.ForeignKey(RiskVersion, on_delete=models.PROTECT)
    terms = models.JSONField(default=dict, help_text="What its symbol and the desk were set to")
    settings_hash = models.CharField(max_length=64, help_text="Of all settings that decided")
    code_hash = models.CharField(max_length=12, help_text="Of the code that decided")
    first_bar = models.DateTimeField()
    last_bar = models.DateTimeField()
    bars = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="Chained over its bars, in order")
    hole_ended_at = models.DateTimeField(null=True, help_text="Of the newest hole by its last bar")
    hole_minutes = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [  # its index leads to a track's hours
            models.UniqueConstraint(fields=["track", "first_bar"], name="journal_once_per_bar")
        ]

    def __str__(self) -> str:
        return f"{self.track}: {self.bars} bars of {self.hour:%Y-%m-%d %H:%M}"
