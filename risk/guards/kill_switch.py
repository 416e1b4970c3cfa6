from dataclasses import dataclass
from typing import ClassVar

from risk.guards.base import Book, Candidate, Facts, Guard, Measure


@dataclass(frozen=True, kw_only=True)
class KillSwitchGuard(Guard):
    """Refuse everything, FLAT included, while pushes are stopped."""

    slug: ClassVar[str] = "kill_switch"
    title: ClassVar[str] = "Kill switch"
    reads_bars: ClassVar[bool] = False
    judges_exits: ClassVar[bool] = True

    def refuses(self, facts: Facts | None, book: Book) -> bool:
        return book.pause_reason is not None

    def why(self, candidate: Candidate | None, book: Book) -> str:
        return f"the kill switch is on: {book.pause_reason}"

    def limit_text(self, book: Book) -> str:
        return "nothing is sent while it is on"

    def measure(self, candidate: Candidate | None, book: Book) -> Measure:
        return Measure("off") if book.pause_reason is None else Measure("on", 1.0)
