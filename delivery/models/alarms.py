"""What is wrong with the desk: one row from the alarm to the recovery."""

from django.db import models

from delivery.models.messages import Message


class Alarm(models.Model):
    """One incident; open until `closed_at` is set, and while it is open nobody is told again."""

    key = models.CharField(max_length=100, help_text="For example feed:EURUSD.")
    title = models.CharField(max_length=100)
    text = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When the condition was last found to hold.")
    closed_at = models.DateTimeField(null=True, blank=True)
    told = models.ForeignKey(
        Message,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="alarms",
        help_text="The message that told staff, maybe of several alarms at once; empty: not told.",
    )

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(closed_at=None),
                name="delivery_alarm_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.text
