"""The kill switch and its history."""

from django.db import models
from django.db.models import BooleanField, ExpressionWrapper, Q


class Pause(models.Model):
    """One stretch of time during which pushes are stopped; open until `ended_at` is set."""

    reason = models.CharField(max_length=300)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=150)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ["-started_at", "-id"]
        verbose_name = "stop of all pushes"
        verbose_name_plural = "kill switch"
        constraints = [
            models.UniqueConstraint(
                ExpressionWrapper(Q(ended_at=None), output_field=BooleanField()),
                condition=Q(ended_at=None),
                name="delivery_pause_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.reason
