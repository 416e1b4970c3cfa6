from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from access.factors.store import remove_all_factors


class Command(BaseCommand):
    help = "Remove the second factors of somebody who has lost them; the password alone is left."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"Nobody is called {username} here.")
        removed = remove_all_factors(user, by="command line", now=timezone.now())
        self.stdout.write(f"Second factors of {username} removed: {removed}.")
