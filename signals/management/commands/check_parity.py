from argparse import ArgumentParser, ArgumentTypeError
from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from signals.models import ParityCheck, Run
from signals.parity import check_day
from signals.parity.checking import days_with_bars


class Command(BaseCommand):
    help = "Compute days of a run again and compare every decision, block and message with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--day", type=_day, help="as 2026-11-18, UTC; yesterday if left out")
        parser.add_argument("--run", type=int, metavar="ID", help="all days of this rehearsal")

    def handle(self, *args: Any, **options: Any) -> None:
        run = self._run(options["run"])
        now = timezone.now()
        days = [options["day"] or now.date() - timedelta(days=1)]
        if options["run"] and not options["day"]:
            days = days_with_bars(run)
        if max(days, default=date.min) >= now.date():
            raise CommandError(f"{max(days)} is not over yet, in UTC.", returncode=2)
        checks = [check_day(run, day, now=now) for day in days]
        for check in checks:
            self._show(check)
        if any(check.differences for check in checks):
            raise CommandError("What was live and what is computed now differ.", returncode=1)

    def _run(self, run_id: int | None) -> Run:
        asked = Run.objects.filter(pk=run_id) if run_id else Run.objects.filter(kind=Run.Kind.LIVE)
        run = asked.first()
        if run is None:
            missing = f"There is no run {run_id}." if run_id else "Nothing was live yet."
            raise CommandError(missing, returncode=2)
        return run

    def _show(self, check: ParityCheck) -> None:
        if not check.bars and not check.differences:
            return self.stdout.write(f"{check.day}: nothing was evaluated, nothing to compare")
        size = f"{check.bars} bars of {check.tracks} configs, {check.decisions} records and endings"
        self.stdout.write(f"{check}; {size}, {check.messages} messages")
        for each in check.found.select_related("track__config__symbol"):
            where = each.track.config if each.track else "the desk"
            self.stdout.write(f"  {each} ({where}; {each.detail})")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"write the day as 2026-11-18, not {text}") from error
