import json
from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from markets.feeds.registry import FEEDS
from markets.history import default_feed
from markets.models import Candle, Symbol
from signals.evaluation import Progress
from signals.messages import signal_json, signal_text
from signals.models import Run
from signals.rehearsal import begin_rehearsal, continue_rehearsal
from strategies.registry import STRATEGIES


class Command(BaseCommand):
    help = "Run the live engine over stored candles with a simulated clock; nothing is delivered."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--symbol", help="e.g. EURUSD")
        parser.add_argument("--from", dest="start", type=utc, help="first bar, e.g. 2012-02-01")
        parser.add_argument("--to", dest="end", type=utc, help="the first bar left out")
        parser.add_argument("--strategy", choices=list(STRATEGIES), help="all when left out")
        parser.add_argument(
            "--feed", choices=list(FEEDS), help="imported candles if there are any, when left out"
        )
        parser.add_argument("--json", action="store_true", help="the signals as JSON on stdout")
        parser.add_argument("--resume", type=int, metavar="ID", help="bring this run to its end")

    def handle(self, *args: Any, **options: Any) -> None:
        run = self._resumed(options["resume"]) if options["resume"] else self._begun(options)
        self.stderr.write(f"Run {run.pk}; if it is interrupted: rehearse --resume {run.pk}")
        continue_rehearsal(run, now=timezone.now, on_progress=self._show)
        signals = run.signals.for_reading().order_by("bar_time", "strategy")
        if options["json"]:
            listed = [signal_json(signal) for signal in signals]
            self.stdout.write(json.dumps({"run": run.pk, "signals": listed}, indent=1))
            return
        for signal in signals:
            blocked = f"  blocked by {', '.join(signal.blocked_by)}" if signal.blocked_by else ""
            self.stdout.write(f"{signal.bar_time:%Y-%m-%d %H:%M}  {signal_text(signal)}{blocked}")
        self.stdout.write(f"{len(signals)} decisions")

    def _begun(self, options: dict[str, Any]) -> Run:
        missing = [f"--{name}" for name in ("symbol", "from", "to") if not options[_dest(name)]]
        if missing:
            raise CommandError(f"Give {', '.join(missing)}, or --resume an earlier run.")
        if options["start"] >= options["end"]:
            raise CommandError("--from must lie before --to.")
        symbol = Symbol.objects.filter(code=options["symbol"].upper()).first()
        if symbol is None:
            known = ", ".join(Symbol.objects.values_list("code", flat=True)) or "none yet"
            raise CommandError(f"No symbol {options['symbol']}. Known: {known}.")
        feed = options["feed"] or default_feed(symbol, start=options["start"], end=options["end"])
        self._require_bars(symbol, feed, options)
        try:
            return begin_rehearsal(
                symbol,
                strategies=[options["strategy"]] if options["strategy"] else list(STRATEGIES),
                feed=feed,
                start=options["start"],
                end=options["end"],
                now=timezone.now(),
            )
        except ValueError as error:
            raise CommandError(str(error)) from error

    def _require_bars(self, symbol: Symbol, feed: str, options: dict[str, Any]) -> None:
        span = (options["start"], options["end"])
        stored = Candle.objects.filter(symbol=symbol, feed=feed)
        if not stored.filter(time__gte=span[0], time__lt=span[1]).exists():
            raise CommandError(
                f"No {symbol.code} candles from feed {feed} are stored between {span[0]:%Y-%m-%d} "
                f"and {span[1]:%Y-%m-%d}. Import some: manage.py import_candles {symbol.code} FILE"
            )

    def _resumed(self, run_id: int) -> Run:
        run = Run.objects.filter(pk=run_id, kind=Run.Kind.REHEARSAL).first()
        if run is None:
            raise CommandError(f"There is no rehearsal {run_id}.")
        return run

    def _show(self, progress: Progress) -> None:
        if not self.stderr.isatty():
            return
        self.stderr.write(f"\r{progress.bars} bars, {len(progress.signals)} decisions", ending="")


def utc(text: str) -> datetime:
    """An ISO date or time; without a zone it is UTC."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date such as 2012-02-01") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _dest(name: str) -> str:
    return {"from": "start", "to": "end"}.get(name, name)
