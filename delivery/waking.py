"""Tell the workers that rows are due; without a broker that takes seconds and loses nothing."""

from collections.abc import Sequence

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from delivery.tasks import send_delivery

# The caller is a tick or a page, and one tick may wake many times: better the sweeper than waiting
# for a broker that is down (one try) or frozen (its socket still takes connections).
IMPATIENT = {"max_retries": 0, "socket_connect_timeout": 1, "socket_timeout": 2}

log = structlog.get_logger(__name__)


def wake(delivery_ids: Sequence[int]) -> None:
    """One task per delivery; a broker that is down is logged, the sweeper finds the rows."""
    broker = current_app.connection_for_write(connect_timeout=1, transport_options=IMPATIENT)
    try:
        with broker:
            for delivery_id in delivery_ids:
                send_delivery.apply_async([delivery_id], retry=False, connection=broker)
    except (OperationalError, *broker.connection_errors, *broker.channel_errors) as error:
        log.warning("delivery.wake_failed", waiting=len(delivery_ids), error=str(error))
