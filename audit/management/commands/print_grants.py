from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from audit.grants import grants


class Command(BaseCommand):
    help = (
        "Print the SQL that lets a PostgreSQL role run the desk and add to its log, but not change "
        "it. Run it as the owner of the tables: manage.py print_grants desk_app | psql OWNER_URL"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("role", help="an existing role that owns no table, desk_app")

    def handle(self, *args: Any, **options: Any) -> None:
        if connection.vendor != "postgresql":
            raise CommandError("SQLite has no roles: whoever can write the file owns it.")
        for statement in grants(options["role"]):
            self.stdout.write(f"{statement};")
