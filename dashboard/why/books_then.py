"""The desk's state beside the bars at a moment that has passed."""

from datetime import datetime

from django.db.models import Q

from audit.models import Event
from delivery.models import Pause
from markets.sessions import trading_day
from risk.guards.base import Book
from risk.models import RiskVersion


def book_then(version: RiskVersion, *, at: datetime) -> Book:
    """The kill switch and the reported loss of the day as they stood at `at`; two queries."""
    in_force = Pause.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), started_at__lte=at)
    reason = in_force.values_list("reason", flat=True).first()
    reported = Event.objects.filter(
        kind="risk.daily_loss", subject=f"trading_day:{trading_day(at)}", at__lte=at
    )
    payload = reported.order_by("-at", "-pk").values_list("payload", flat=True).first()
    return Book(
        pause_reason=reason,
        daily_loss=float(payload["after"]) if payload else 0.0,
        loss_unit=version.loss_unit,
    )
