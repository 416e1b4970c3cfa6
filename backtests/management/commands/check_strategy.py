import json
from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from backtests.checking import LEAST_BARS, Source, TooFewBars, source_of, subject_of
from backtests.checks.base import Finding
from backtests.checks.registry import CHECKS, findings, verdict
from markets.feeds.registry import FEEDS
from markets.models import Symbol
from strategies.base import Strategy
from strategies.parameters import build
from strategies.registry import STRATEGIES

MARKS = {"pass": "ok  ", "fail": "FAIL", "note": "note"}


class Command(BaseCommand):
    help = (
        "Check a strategy for look-ahead, unstable warm-up and more; says whether it may be run. "
        "Exit code 1 when not."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", choices=list(STRATEGIES))
        parser.add_argument("--symbol", help="e.g. EURUSD; the first with candles when left out")
        parser.add_argument(
            "--feed", choices=list(FEEDS), help="imported candles if there are any, when left out"
        )
        parser.add_argument("--from", dest="start", metavar="TIME", help="first bar: 2012-02-01")
        parser.add_argument("--to", dest="end", metavar="TIME", help="the first bar left out")
        parser.add_argument(
            "--param", action="append", default=[], metavar="NAME=VALUE", help="may be repeated"
        )
        parser.add_argument("--json", action="store_true", help="the findings as JSON on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        strategy = _strategy(options["slug"], options["param"])
        source = _source(strategy, options)
        found = []
        if not options["json"]:
            self.stdout.write(f"{strategy.slug} on {source.said}\n")
        for finding in findings(subject_of(strategy, source)):
            found.append(finding)
            if not options["json"]:
                self._tell(finding)
        self.stdout.write(_json(strategy, source, found) if options["json"] else verdict(found))
        if any(finding.verdict == "fail" for finding in found):
            raise SystemExit(1)

    def _tell(self, finding: Finding) -> None:
        title = CHECKS[finding.check].title
        self.stdout.write(f"{MARKS[finding.verdict]}  {title}\n      {finding.text}")


def _strategy(slug: str, settings: list[str]) -> Strategy:
    values = dict(setting.partition("=")[::2] for setting in settings)
    try:
        return build(STRATEGIES[slug], values)
    except ValueError as error:
        raise CommandError(f"--param: {error}") from error


def _source(strategy: Strategy, options: dict[str, Any]) -> Source:
    try:
        return source_of(
            options["symbol"],
            feed=options["feed"],
            start=_utc("--from", options["start"]),
            end=_utc("--to", options["end"]),
            least=strategy.warmup + LEAST_BARS,
            now=timezone.now(),
        )
    except Symbol.DoesNotExist:
        known = ", ".join(Symbol.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"No symbol {options['symbol']}. Known: {known}.") from None
    except TooFewBars as error:
        raise CommandError(str(error)) from error


def _utc(option: str, text: str | None) -> datetime | None:
    """An ISO date or time; without a zone it is UTC."""
    if text is None:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{option}: {text!r} is not a date such as 2012-02-01") from None
    return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)


def _json(strategy: Strategy, source: Source, found: list[Finding]) -> str:
    told = [
        {"check": each.check, "verdict": each.verdict, "text": each.text, **each.numbers}
        for each in found
    ]
    said = {
        "strategy": strategy.slug,
        "candles": source.said,
        "is_safe": all(each.verdict != "fail" for each in found),
        "verdict": verdict(found),
        "findings": told,
    }
    return json.dumps(said, indent=1)
