from dataclasses import dataclass
from typing import ClassVar

from risk.guards.base import Book, Candidate, Facts, Guard, Measure
from strategies.parameters import setting


@dataclass(frozen=True, kw_only=True)
class DailyLossGuard(Guard):
    """Refuse entries once the trading day's loss has reached its limit."""

    slug: ClassVar[str] = "daily_loss"
    title: ClassVar[str] = "Daily loss limit"
    reads_bars: ClassVar[bool] = False

    limit: float = setting(
        3.0,
        help="No new entries once the day's loss reaches this, in the loss unit; the day resets at "
        "17:00 New York",
        minimum=0.01,
    )

    def refuses(self, facts: Facts | None, book: Book) -> bool:
        return book.daily_loss >= self.limit

    def why(self, candidate: Candidate | None, book: Book) -> str:
        lost, limit = f"{book.daily_loss:g}", f"{self.limit:g}"
        return f"today's loss is {lost} {book.loss_unit}, limit {limit} {book.loss_unit}"

    def limit_text(self, book: Book) -> str:
        return f"less than {self.limit:g} {book.loss_unit}"

    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        return Measure(f"{book.daily_loss:g} {book.loss_unit}", book.daily_loss / self.limit)
