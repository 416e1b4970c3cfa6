"""The kill switch and the day's loss, as the Risk page shows them."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from delivery.models import Pause
from markets.sessions import day_end, trading_day
from risk.guards.daily_loss import DailyLossGuard
from risk.models import DailyLoss, RiskVersion

PAUSES_SHOWN = 8


@dataclass(frozen=True)
class Stop:
    """One stretch of time without pushes; open while `ended_at` is None."""

    reason: str
    started_at: datetime
    started_by: str
    ended_at: datetime | None
    ended_by: str


@dataclass(frozen=True)
class DayLoss:
    """What was lost on the running trading day, against the limit."""

    day: date
    ends_at: datetime
    amount: Decimal
    unit: str
    limit: float | None  # None while the guard is off
    reported_at: datetime | None
    reported_by: str

    @property
    def lost(self) -> str:
        """The amount without noughts nobody needs."""
        return f"{self.amount.normalize():f}"

    @property
    def is_reached(self) -> bool:
        """Whether the guard refuses entries."""
        return self.limit is not None and self.amount >= self.limit

    @property
    def percent(self) -> int:
        """Of the limit, 100 at most; for a bar's length."""
        return min(100, round(100 * float(self.amount) / self.limit)) if self.limit else 0


def stops() -> tuple[Stop, ...]:
    """The newest stops of all pushes, newest first."""
    fields = ("reason", "started_at", "started_by", "ended_at", "ended_by")
    return tuple(Stop(*row) for row in Pause.objects.values_list(*fields)[:PAUSES_SHOWN])


def day_loss(version: RiskVersion, *, now: datetime) -> DayLoss:
    """The loss of the trading day `now` lies in; one query."""
    day = trading_day(now)
    row = DailyLoss.objects.filter(day=day).first()
    guards = {guard.slug: guard for guard in version.build()}
    guard = guards.get(DailyLossGuard.slug)
    return DayLoss(
        day=day,
        ends_at=day_end(now),
        amount=row.amount if row else Decimal(0),
        unit=version.loss_unit,
        limit=guard.limit if isinstance(guard, DailyLossGuard) else None,
        reported_at=row.updated_at if row else None,
        reported_by=row.updated_by if row else "",
    )
