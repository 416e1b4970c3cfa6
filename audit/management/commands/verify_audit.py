import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from audit.heads import Head, UnreadableHeads, read_heads
from audit.verdict import Verdict, judge


class Command(BaseCommand):
    help = (
        "Check that no event of the log was edited, deleted, inserted, reordered, cut from the end "
        "or left unsealed, and that it fits the heads kept each day. Exit code 0: whole; "
        "1: tampered with; 3: not sealed; 4: whole, but its triggers are missing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--heads",
            type=Path,
            metavar="FILE",
            help="a copy of audit-heads.txt that was kept on another machine",
        )
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        verdict = judge(_heads(options["heads"]), now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(verdict.as_json(), indent=2))
        if verdict.code:
            raise CommandError(verdict.text, returncode=verdict.code)
        if not options["json"]:
            self._tell(verdict)

    def _tell(self, verdict: Verdict) -> None:
        self.stdout.write(verdict.text)
        if verdict.head:
            self.stdout.write(f"Head: {verdict.head.seq} {verdict.head.hash}")


def _heads(copy: Path | None) -> list[Head]:
    """The heads kept here and those of the copy."""
    if copy and not copy.exists():
        raise CommandError(f"There is no file {copy}.")
    try:
        return [*read_heads(settings.AUDIT_HEADS), *(read_heads(copy) if copy else [])]
    except UnreadableHeads as error:
        raise CommandError(str(error)) from None
