import time
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, close_old_connections
from django.utils import timezone

from dashboard.settings_log import note_settings
from dashboard.watch import look
from delivery.models import Message
from delivery.sending import send_due

LOOK_SECONDS = 10
BLIND = timedelta(minutes=1)  # a sleeping machine, a database away: nobody could tick, or see it
log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Tell staff when something is wrong with the desk; runs until it is stopped."

    def handle(self, *args: Any, **options: Any) -> None:
        since = looked_at = timezone.now()
        is_noted = False
        while True:
            now = timezone.now()
            is_noted = is_noted or noted(now)
            since = now if now - looked_at > BLIND else since
            looked_at = now if watch_once(now, since) else looked_at
            time.sleep(LOOK_SECONDS)


def noted(now: datetime) -> bool:
    """True once it stands in the log what the desk was started with."""
    try:
        note_settings(now=now)
    except (DatabaseError, InterfaceError):
        return False  # `watch_once` says so
    return True


def watch_once(now: datetime, since: datetime) -> bool:
    """True if it could look; sends alerts from here, for the worker may be what is silent."""
    try:
        seconds = settings.EVALUATION_INTERVAL_SECONDS
        for message in look(now=now, since=since, interval_seconds=seconds):
            log.warning(message.text)
        send_due(clock=timezone.now, kinds=[Message.Kind.ALERT])
    except (DatabaseError, InterfaceError) as error:
        log.warning("The database does not answer the watch", reason=str(error))
        return False
    finally:
        close_old_connections()
    return True
