"""What the engine read, hour by hour: enough to compute it again and compare."""

from django.db import models

from risk.models import RiskVersion
from signals.models.run import Track
from strategies.models import ConfigVersion


class Journal(models.Model):
    """The bars a track evaluated within one hour, and what it evaluated them with."""

    track = models.ForeignKey(
        Track, on_delete=models.CASCADE, related_name="journal", db_index=False
    )
    hour = models.DateTimeField(help_text="The whole hour its bars open in, UTC")
    config_version = models.ForeignKey(ConfigVersion, on_delete=models.PROTECT)
    risk_version = models.ForeignKey(RiskVersion, on_delete=models.PROTECT)
    settings_hash = models.CharField(max_length=64, help_text="Of all settings that decided")
    code_hash = models.CharField(max_length=12, help_text="Of the code that decided")
    first_bar = models.DateTimeField()
    last_bar = models.DateTimeField()
    bars = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, help_text="Chained over its bars, in order")

    class Meta:
        constraints = [  # its index leads to a track's hours
            models.UniqueConstraint(
                fields=[
                    *("track", "hour", "config_version", "risk_version"),
                    *("settings_hash", "code_hash"),
                ],
                name="journal_once_per_hour",
            )
        ]

    def __str__(self) -> str:
        return f"{self.track}: {self.bars} bars of {self.hour:%Y-%m-%d %H:%M}"
