"""What became of a signal."""

from django.db import models
from django.db.models import Q

from signals.models.run import Track
from signals.models.signal import Signal

RESULT = (
    *("is_shadow", "reason", "is_tie"),
    *("r_multiple", "pips", "return_pct", "r_optimistic"),
)


class Position(models.Model):
    """What became of a BUY or SELL, or in the shadow of a blocked one; folded bar by bar."""

    class State(models.TextChoices):
        PENDING = "pending", "Waiting for the next open"
        OPEN = "open", "Open"
        LEAVING = "leaving", "Closing at the next open"
        CLOSED = "closed", "Closed"

    signal = models.OneToOneField(Signal, on_delete=models.CASCADE, related_name="position")
    track = models.ForeignKey(Track, on_delete=models.CASCADE, related_name="positions")
    state = models.CharField(max_length=8, choices=State.choices)
    is_shadow = models.BooleanField(default=False, help_text="Of a blocked signal: never traded")
    entry_at = models.DateTimeField(null=True)
    entry_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    stop = models.DecimalField(
        max_digits=14, decimal_places=6, help_text="Where the stop stands now"
    )
    best_price = models.FloatField(null=True)
    worst_price = models.FloatField(null=True)
    repeats = models.PositiveIntegerField(default=0)
    repeated_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=20, blank=True, help_text="Why it ended, or will")
    closed_at = models.DateTimeField(null=True)
    exit_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    is_gap = models.BooleanField(default=False, help_text="Filled at an open beyond the level")
    is_tie = models.BooleanField(default=False, help_text="SL and TP inside the same bar")
    duration = models.DurationField(null=True, help_text="Entry to exit")
    decided_by = models.JSONField(default=list, help_text="The bars of its entry and of its exit")
    pips = models.FloatField(null=True)
    r_multiple = models.FloatField(null=True)
    r_optimistic = models.FloatField(null=True, help_text="Had TP come first inside the bar")
    return_pct = models.FloatField(null=True)
    mfe_pips = models.FloatField(null=True)
    mae_pips = models.FloatField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="closed") | Q(closed_at__isnull=False),
                name="position_closed_has_time",
            )
        ]
        indexes = [
            models.Index(
                fields=["track"], condition=~Q(state="closed"), name="position_running_by_track"
            ),
            models.Index(  # the track record reads the results from it alone
                fields=["track", "closed_at", "signal", *RESULT], name="position_ended_by_track"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.signal}"
