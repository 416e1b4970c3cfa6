from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from signals.engine import tick


class Command(BaseCommand):
    help = "One tick now: ask the feeds and evaluate every closed bar that is still waiting."

    def handle(self, *args: Any, **options: Any) -> None:
        beat = tick(now=timezone.now())
        self.stdout.write(f"{beat.bars} bars evaluated, {beat.signals} decisions recorded")
