from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from signals.engine import tick
from signals.uptime import read_uptime


class Command(BaseCommand):
    help = "One tick now: ask the feeds and evaluate every closed bar that is still waiting."

    def handle(self, *args: Any, **options: Any) -> None:
        beat = tick(now=timezone.now(), uptime=read_uptime())
        bars, decisions = (
            f"{count} {noun}{'' if count == 1 else 's'}"
            for count, noun in ((beat.bars, "bar"), (beat.signals, "decision"))
        )
        self.stdout.write(f"{bars} evaluated, {decisions} recorded")
