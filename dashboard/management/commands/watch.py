import time
from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone

from dashboard.watch import look
from delivery.sending import send_due

LOOK_SECONDS = 10
log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Alarm when the scheduler stops ticking; runs until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        since = timezone.now()
        while True:
            watch_once(since)
            time.sleep(LOOK_SECONDS)


def watch_once(since: datetime) -> None:
    """Look once; send an alarm from here, for the worker may be what is silent."""
    try:
        seconds = settings.EVALUATION_INTERVAL_SECONDS
        event = look(now=timezone.now(), since=since, interval_seconds=seconds)
        if event is not None:
            log.warning(event.text)
            send_due(clock=timezone.now)
    except (DatabaseError, InterfaceError) as error:
        log.warning("The database does not answer the watch", reason=str(error))
    finally:
        close_old_connections()
