"""How each provider's account does: its pace, its errors, and whether it is paused."""

from django.db import models

from delivery.channels.registry import channel_choices


class ChannelState(models.Model):
    """One row per channel; a channel without a row is open and rested."""

    channel = models.CharField(max_length=20, choices=channel_choices, unique=True)
    free_at = models.DateTimeField(
        null=True, blank=True, help_text="When the account's pace has paid for every post so far."
    )
    errors_in_row = models.PositiveIntegerField(default=0, help_text="The provider's own errors.")
    paused_at = models.DateTimeField(null=True, blank=True)
    code = models.CharField(max_length=40, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    probe_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When one message tries whether it works again; empty: when a person says so.",
    )

    class Meta:
        ordering = ["channel"]
        verbose_name = "channel"
        constraints = [
            models.CheckConstraint(
                name="delivery_probe_only_of_a_pause",
                condition=models.Q(probe_at=None) | models.Q(paused_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_channel_display()
