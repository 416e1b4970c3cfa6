from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from markets.mockweek import RECIPES, MockWeek, make_week

HEADER = "minute,open,high,low,close,spread_pips"


class Command(BaseCommand):
    help = "Write the mock feed's week of made-up candles, one CSV file per pair."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, default=settings.MOCK_DATA_DIR)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for code, recipe in RECIPES.items():
            path = folder / f"{code}.csv"
            path.write_text(week_csv(make_week(recipe), recipe.digits))
            self.stdout.write(f"{path}: one week")


def week_csv(week: MockWeek, digits: int) -> str:
    """The week as text: a header and one line per minute that has a bar."""
    rows = zip(week.minutes.tolist(), week.bid.tolist(), week.spread_pips.tolist(), strict=True)
    lines = [
        ",".join([str(minute), *(f"{price:.{digits}f}" for price in bid), f"{spread:.1f}"])
        for minute, bid, spread in rows
    ]
    return "\n".join([HEADER, *lines, ""])
