import getpass
import re
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from backtests.asking import PlanError, parse_plan
from backtests.console import report
from backtests.plan import Plan
from backtests.readings import told_of_found
from backtests.results import summary
from backtests.running import test
from backtests.runs import keep
from backtests.trade_files import csv_pieces, json_pieces
from markets.feeds.registry import FEEDS, is_demo
from markets.frames import Timeframe
from strategies.registry import STRATEGIES

DISTANCE = re.compile(r"([0-9.]+)(atr|pips)")
OPTIONS = {  # by the names of a plan, where they are others
    **{"symbols": "--symbol", "start": "--from", "end": "--to", "risk_pct": "--risk"},
    **{"sl_value": "--sl", "tp_value": "--tp", "spread_pips": "--spread"},
    **{"slippage_pips": "--slippage", "commission_pips": "--commission"},
}
MODES = {"atr": "atrx", "pips": "pips"}


class Command(BaseCommand):
    help = "What a strategy would have done on stored candles, computed here and now."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--symbol", action="append", required=True, help="may be repeated")
        parser.add_argument("--strategy", required=True, help=", ".join(STRATEGIES))
        parser.add_argument("--from", dest="start", required=True, help="first bar: 2012-02-01")
        parser.add_argument("--to", dest="end", required=True, help="the first bar left out")
        parser.add_argument(
            "--param", action="append", default=[], type=param, metavar="NAME=VALUE"
        )
        parser.add_argument("--feed", choices=list(FEEDS), help="left out: imported candles")
        parser.add_argument("--timeframe", choices=list(Timeframe), default="M1")
        parser.add_argument("--sl", type=distance, help="as 3atr or 20pips")
        parser.add_argument("--tp", type=distance, help="as --sl, or none")
        for name in ("spread", "slippage", "commission"):
            parser.add_argument(f"--{name}", metavar="PIPS")
        parser.add_argument("--capital", help="account currency")
        parser.add_argument("--risk", metavar="PERCENT", help="of the capital, for each trade")
        parser.add_argument("--no-guards", action="store_true", help="take every signal")
        parser.add_argument("--json", action="store_true", help="for programs, trades included")
        parser.add_argument("--csv", type=Path, metavar="FILE", help="write the trades there")
        parser.add_argument("--keep", action="store_true", help="show it on the page Backtests")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = asked(options)
        found = test(plan)
        figures = summary(found.trades, plan)
        number = None
        if options["keep"]:
            run = keep(plan, found, by=getpass.getuser(), now=timezone.now())
            self.stderr.write(f"Kept as {run}")
            number = run.pk
        told = told_of_found(found, plan, number=number)
        if options["csv"]:
            options["csv"].write_text("".join(csv_pieces(told)), newline="")
            self.stderr.write(f"{len(found.trades):,} trades written to {options['csv']}")
        if options["json"]:
            self.stdout.write("".join(json_pieces(told, now=timezone.now())))
        else:
            self.stdout.write(report(plan, found, figures, is_demo=is_demo(plan.feed)))


def asked(options: dict[str, Any]) -> Plan:
    """The plan the options describe; CommandError says which option to change."""
    sent: dict[str, Any] = {
        "symbols": options["symbol"],
        "parameters": dict(options["param"]),
        "costs": {f"{name}_pips": options[name] for name in ("spread", "slippage", "commission")},
        "capital": options["capital"],
        "risk_pct": options["risk"],
        **{name: options[name] for name in ("strategy", "start", "end", "feed", "timeframe")},
    }
    for level in ("sl", "tp"):
        if options[level]:
            sent[f"{level}_mode"], sent[f"{level}_value"] = options[level]
    if options["no_guards"]:
        sent["guards"] = "none"
    try:
        return parse_plan(sent)
    except PlanError as error:
        raise CommandError(said(error), returncode=2) from error


def said(error: PlanError) -> str:
    """What to change, by the option that says it."""
    family, _, own = error.field.partition(".")
    if family == "parameters":
        return f"{' '.join(('--param', own)).rstrip()}: {error}"
    name = own or family
    words = str(error).removeprefix(name).removeprefix(":").strip()
    return f"{OPTIONS.get(name, f'--{family}')}: {words}"


def param(text: str) -> tuple[str, str]:
    """("fast", "9") of fast=9."""
    name, is_given, value = text.partition("=")
    if not is_given or not name:
        raise ArgumentTypeError(f"write it as NAME=VALUE, such as fast=9, not {text}")
    return name, value


def distance(text: str) -> tuple[str, str | None]:
    """("atrx", "3") of 3atr, ("pips", "20") of 20pips, no distance of none."""
    if text == "none":
        return "atrx", None
    found = DISTANCE.fullmatch(text)
    if not found:
        raise ArgumentTypeError(f"write it as 3atr or 20pips, not {text}")
    return MODES[found[2]], found[1]
