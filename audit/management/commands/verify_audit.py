from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audit.models import Event
from audit.sealing import head
from audit.triggers import missing_triggers
from audit.verify import first_fault


class Command(BaseCommand):
    help = "Check that no event of the log was edited, deleted, inserted, reordered or cut."

    def handle(self, *args: Any, **options: Any) -> None:
        if fault := first_fault():
            raise CommandError(f"The log was tampered with. {fault.text}")
        if missing := missing_triggers():
            raise CommandError(
                f"The chain is whole, but nothing protects it: {', '.join(missing)} missing. "
                "Run `manage.py migrate --skip-checks`."
            )
        last, events = head(), Event.objects.count()
        sealed = last.seq if last else 0
        self.stdout.write(
            f"The log is whole: {sealed} sealed events, {events - sealed} waiting for their seal."
        )
        if last:
            self.stdout.write(f"Head: {last.seq} {last.hash}")
