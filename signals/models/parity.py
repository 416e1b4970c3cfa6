"""Looks back: days computed again and compared with what was live."""

from django.db import models

from signals.models.run import Run, Track
from signals.models.signal import Signal


class ParityCheck(models.Model):
    """One look back at one day of a run; the newest of a day counts."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="checks", db_index=False)
    day = models.DateField(help_text="UTC")
    checked_at = models.DateTimeField()
    tracks = models.PositiveIntegerField(default=0)
    bars = models.PositiveIntegerField(default=0)
    decisions = models.PositiveIntegerField(default=0, help_text="Records and endings compared")
    messages = models.PositiveIntegerField(default=0, help_text="Messages compared")
    differences = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-day", "-pk"]
        indexes = [models.Index(fields=["run", "-day", "-id"], name="parity_newest_of_day")]

    def __str__(self) -> str:
        count = self.differences
        found = f"{count} difference{'' if count == 1 else 's'}" if count else "no difference"
        return f"{self.day}: {found}"


class Difference(models.Model):
    """One thing that comes out otherwise when it is computed again."""

    class Cause(models.TextChoices):
        LATE_BAR = "late_bar", "Late bar"
        REVISED_BAR = "revised_bar", "Revised bar"
        CONFIG = "config", "Changed config"
        CODE = "code", "Changed code"
        CLOCK = "clock", "Clock jump"
        UNKNOWN = "unknown", "Not explained"

    class What(models.TextChoices):
        BARS = "bars", "Bars"
        SETTINGS = "settings", "Settings"
        CODE = "code", "Code"
        CLOCK = "clock", "Clock"
        DECISION = "decision", "Decision"
        BLOCK = "block", "Block"
        ENDING = "ending", "Ending"
        MESSAGE = "message", "Message"

    check_of = models.ForeignKey(ParityCheck, on_delete=models.CASCADE, related_name="found")
    track = models.ForeignKey(
        Track, null=True, on_delete=models.CASCADE, related_name="+", help_text="None: the desk's"
    )
    signal = models.ForeignKey(Signal, null=True, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(help_text="Open time of the bar, or when the clock jumped")
    what = models.CharField(max_length=8, choices=What.choices)
    cause = models.CharField(max_length=11, choices=Cause.choices)
    was = models.CharField(max_length=300, blank=True, help_text="Live, in words")
    now = models.CharField(max_length=300, blank=True, help_text="Computed again, in words")
    detail = models.CharField(max_length=300, blank=True, help_text="What shows the cause")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.get_cause_display()}, {self.at:%Y-%m-%d %H:%M}: {self.was} / {self.now}"
