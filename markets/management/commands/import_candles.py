import gc
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from markets.files import FORMATS, FileFormatError
from markets.importing import ImportReport, import_file
from markets.models import Symbol

REJECTS_SHOWN = 20


class Command(BaseCommand):
    help = "Import M1 candles of a symbol from a HistData, MetaTrader or CSV file, plain or .gz."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("symbol", help="the symbol's code, such as EURUSD")
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=FORMATS, help="guessed when left out")
        parser.add_argument(
            "--tz",
            default="UTC",
            help="the clock of the file: UTC, America/New_York (HistData), Europe/Athens (many "
            "MetaTrader servers). Times with an offset of their own ignore it",
        )
        parser.add_argument("--ask", type=Path, help="a second file with the ask prices")

    def handle(self, *args: Any, **options: Any) -> None:
        symbol = _symbol(options["symbol"])
        zone = _zone(options["tz"])
        path, ask_path = _file(options["file"]), options["ask"] and _file(options["ask"])
        gc.freeze()  # rows come and go by the million: looking through Django each time costs 25 %
        console = Console(file=self.stderr, highlight=False)  # type: ignore[arg-type]
        try:
            with Progress(console=console, transient=True) as progress:
                task = progress.add_task(symbol.code, total=path.stat().st_size)
                report = import_file(
                    symbol,
                    path,
                    zone=zone,
                    now=timezone.now(),
                    format=options["format"],
                    ask_path=ask_path,
                    on_progress=lambda done: progress.update(task, completed=done),
                )
        except (FileFormatError, EOFError, OSError) as error:
            raise CommandError(f"{path} cannot be read to its end: {error}") from error
        self.stdout.write("\n".join(told(report, zone)))
        if report.rejected == report.rows:
            raise CommandError(f"No line of {path} is a candle. Is it the file, and its --format?")


def told(report: ImportReport, zone: str) -> list[str]:
    """The report in lines."""
    found = report.coverage
    lines = [
        f"rows        {report.rows}",
        f"stored      {report.stored}",
        f"duplicates  {report.duplicates}",
        f"revised     {report.revised} (kept aside, the stored candles stay)",
        f"rejected    {report.rejected}",
        f"crossed     {report.crossed} (ask below bid; read with the typical spread)",
        f"in-week gaps {found.gaps} ({found.missing} minutes)",
        f"weekends    {found.weekends}",
    ]
    if report.ask_missing or report.ask_rejected:
        lines.append(
            f"asks        {report.ask_missing} minutes without one, "
            f"{report.ask_rejected} unreadable lines"
        )
    lines += [f"  line {r.line}: {r.reason}" for r in report.rejects[:REJECTS_SHOWN]]
    if report.rejected > REJECTS_SHOWN:
        lines.append(
            f"  and {report.rejected - REJECTS_SHOWN} more: see Rejected bars in the Admin"
        )
    if found.zone_looks_wrong:
        hours = ", ".join(f"{count} at {clock}" for clock, count in found.openings)
        lines.append(
            f"WARNING: weeks should open at 17:00 New York, but these open {hours}. The file's "
            f"clock is probably not {zone}: import it with another --tz."
        )
    elif found.weekends:
        lines.append(f"{found.opened_right} of {found.weekends} weeks open at 17:00 New York")
    if found.outside:
        lines.append(f"{found.outside} minutes lie outside the forex week")
    return lines


def _file(name: Path | str) -> Path:
    path = Path(name)
    if not path.is_file():
        raise CommandError(f"There is no file {path}.")
    return path


def _symbol(code: str) -> Symbol:
    symbol = Symbol.objects.filter(code=code.upper()).first()
    if symbol is None:
        known = ", ".join(Symbol.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"There is no symbol {code}: add it in the Admin. Known: {known}.")
    return symbol


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise CommandError(f"{name} is no time zone; use a name like America/New_York.") from error
