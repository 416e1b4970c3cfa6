"""The numbers that outlive the signals they count."""

from django.db import models


class SignalCount(models.Model):
    """How many signals were ever recorded live; rows only grow, whatever is pruned."""

    symbol = models.CharField(max_length=20)
    strategy = models.CharField(max_length=40)
    action = models.CharField(max_length=4)
    status = models.CharField(max_length=8, help_text="open when accepted, else blocked")
    total = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["symbol", "strategy", "action", "status"], name="signal_count_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.symbol} {self.strategy} {self.action} {self.status}: {self.total}"
