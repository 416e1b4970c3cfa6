"""What delay cost those who were sent a signal."""

from django.db import models

from delivery.models import Delivery
from signals.models.signal import Signal


class PriceSeen(models.Model):
    """The tradable price when one copy of a signal was sent, arrived and was read.

    `Signal.price` is the price at the close of its bar. Each is the open of the first bar at or
    after that moment; None until that bar is stored, and for what never happened.
    """

    signal = models.ForeignKey(Signal, on_delete=models.CASCADE, related_name="prices_seen")
    delivery = models.OneToOneField(
        Delivery, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at_sent = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    at_delivered = models.DecimalField(max_digits=14, decimal_places=6, null=True)
    at_read = models.DecimalField(max_digits=14, decimal_places=6, null=True)

    class Meta:
        verbose_name_plural = "prices seen"

    def __str__(self) -> str:
        return f"{self.signal}: {self.at_sent}"
