"""What delay cost those who were sent a signal."""

from django.db import models
from django.db.models import Q

from delivery.models import Delivery
from signals.models.signal import Signal


class PriceSeen(models.Model):
    """The tradable price when one copy of a signal was sent, arrived and was read.

    `Signal.price` is the price at the close of its bar. Each price here is the open of the first
    bar at or after that moment; None until that bar is stored, and for what never happened. Times
    are kept beside them, so that pruning candles and deliveries takes nothing away.
    """

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="prices_seen")
    delivery = models.OneToOneField(
        Delivery, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_repeat = models.BooleanField(default=False, help_text="Sent again by hand.")
    sent_at = models.DateTimeField(null=True)
    sent_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    delivered_at = models.DateTimeField(null=True)
    delivered_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    read_at = models.DateTimeField(null=True)
    read_price = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    due_at = models.DateTimeField(
        null=True, help_text="When a price that is missing is looked for; empty: never again."
    )

    class Meta:
        verbose_name_plural = "prices seen"
        indexes = [
            models.Index(
                fields=["due_at"], name="price_seen_due", condition=Q(due_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.signal}: {self.signal.level_text(self.sent_price)}"
