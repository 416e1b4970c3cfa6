from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from dashboard.state import state_json


class Command(BaseCommand):
    help = "Print signals, messages, deliveries with their attempts, and the head of the log."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="as JSON, which is all there is")

    def handle(self, *args: Any, **options: Any) -> None:
        for piece in state_json():
            self.stdout.write(piece, ending="")
