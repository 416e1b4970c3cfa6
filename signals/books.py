"""What the guards of the live desk read beside the bars: the kill switch and the day's loss."""

from datetime import datetime
from decimal import Decimal

from delivery.models import Pause
from delivery.pauses import current_pause
from risk.guards.base import Book
from risk.models import DailyLoss, RiskVersion


def book_of(pause: Pause | None, loss: Decimal, version: RiskVersion) -> Book:
    """The book while `pause` is in force and `loss` is lost on the day, in the version's unit."""
    return Book(
        pause_reason=pause.reason if pause else None,
        daily_loss=float(loss),
        loss_unit=version.loss_unit,
    )


def book_now(version: RiskVersion, *, now: datetime) -> Book:
    """The book an entry at `now` would be judged by; two queries."""
    return book_of(current_pause(), DailyLoss.objects.amount_at(now), version)
