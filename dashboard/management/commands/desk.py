import getpass
import json
import os
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone
from rest_framework.utils.encoders import JSONEncoder

from dashboard.console.answer import Answer, Asked, Refused
from dashboard.console.drawing import drawn
from dashboard.console.questions import QUESTIONS
from dashboard.console.reach import database_trouble


class Command(BaseCommand):
    help = "Look at the desk and run it from a shell, while it runs or not."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.set_defaults(question=None, json=False)
        each = parser.add_subparsers(dest="question", metavar="WHAT")
        for name, question in QUESTIONS.items():
            asked = each.add_parser(name, help=question.help, description=question.help)
            asked.add_argument("--json", action="store_true", help="for programs")
            question.arguments(asked)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["question"] is None:
            raise CommandError(f"Say what: {', '.join(QUESTIONS)}.", returncode=2)
        answer = self._answered(options)
        if options["json"]:
            self.stdout.write(json.dumps(answer.body, cls=JSONEncoder, indent=1))
        else:
            text = drawn(answer, is_terminal=self.stdout.isatty())
            self.stdout.write(text, ending="")
        if not answer.is_well:
            sys.exit(1)

    def _answered(self, options: dict[str, Any]) -> Answer:
        is_terminal = sys.stdin.isatty() and self.stdout.isatty()
        is_asking = is_terminal and not options.get("yes")
        asked = Asked(
            options=options,
            now=timezone.now(),
            by=console_user(),
            confirm=confirmed if is_asking else None,
        )
        try:
            return QUESTIONS[options["question"]].answer(asked)
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except DatabaseError:
            trouble = database_trouble()
            if trouble is None:
                raise
            raise CommandError(trouble) from None


def confirmed(question: str) -> bool:
    """Whether the person at the terminal types y; Enter alone is no."""
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")


def console_user() -> str:
    """Who the log says did it: `console:` and the name of the account of the shell."""
    try:
        name = getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as in containers
        name = str(os.getuid())
    return f"console:{name}"
