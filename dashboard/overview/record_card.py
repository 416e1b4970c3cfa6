"""The card that leads to the track record: what a signal of the last 30 days came to."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from markets.feeds.registry import is_demo
from risk.statistics import MINIMUM
from risk.telling.words import r_text
from signals.models import Signal
from signals.track_record import Asked
from signals.track_record.asked import over

RANGE = "month"


@dataclass(frozen=True)
class RecordCard:
    """Results of live signals, those on made-up prices only where there are no others."""

    n: int = 0
    r_sum: float = 0.0
    is_demo: bool = False

    @property
    def expectancy(self) -> float | None:
        """Mean R of a signal; None of a sample too small to tell it."""
        return self.r_sum / self.n if self.n >= MINIMUM else None

    @property
    def expectancy_text(self) -> str:
        return r_text(self.expectancy)

    @property
    def needed(self) -> int:
        return MINIMUM

    @property
    def query(self) -> str:
        return Asked(range=RANGE).query()


def record_card(*, now: datetime) -> RecordCard:
    """One query, which adds up in the database."""
    asked = over(Asked(), RANGE, today=now.date())
    judged = asked.ended().filter(
        status=Signal.Status.CLOSED, late=False, position__r_multiple__isnull=False
    )
    sums = judged.order_by().values_list("feed").annotate(Count("pk"), Sum("position__r_multiple"))
    found = list(sums)
    real = [row for row in found if not is_demo(row[0])]
    shown = real or found
    count, summed = (sum(row[column] for row in shown) for column in (1, 2))
    return RecordCard(count, round(float(summed), 6), is_demo=bool(shown) and not real)
