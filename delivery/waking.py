"""Tell the workers that rows are due; without a broker that takes seconds and loses nothing."""

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

# The caller is a tick or a page, and one tick may wake many times: better the sweeper than waiting
# for a broker that is down (one try) or frozen (its socket still takes connections).
IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 2}

STALE_SECONDS = 15  # the sweeper has come by since: the wake-up is worth nothing any more

# By name: the tasks stand above those who call this, the last one above this whole app
DELIVER = "delivery.tasks.deliver"
READ_CALLBACKS = "delivery.tasks.read_callbacks"
ANSWER_COMMANDS = "dashboard.tasks.answer_commands"

log = structlog.get_logger(__name__)


def wake(task: str = DELIVER) -> None:
    """One task, whatever is due; a broker that is down is logged, the sweeper finds the rows."""
    broker = current_app.connection_for_write(connect_timeout=1, transport_options=IMPATIENT)
    try:
        with broker:
            options = {"retry": False, "expires": STALE_SECONDS, "connection": broker}
            current_app.signature(task).apply_async(**options)
    except (OperationalError, *broker.connection_errors, *broker.channel_errors) as error:
        log.warning("delivery.wake_failed", error=str(error))
