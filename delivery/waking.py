"""Tell the workers that rows are due; without a broker that takes seconds and loses nothing."""

from collections.abc import Sequence

import structlog
from celery import current_app
from kombu.exceptions import OperationalError

from delivery.tasks import send_delivery

CONNECT_SECONDS = 1  # the caller is a tick or a page: better the sweeper than a long wait

log = structlog.get_logger(__name__)


def wake(delivery_ids: Sequence[int]) -> None:
    """One task per delivery; a broker that is down is logged, the sweeper finds the rows."""
    broker = current_app.connection_for_write(connect_timeout=CONNECT_SECONDS)
    try:
        with broker:
            for delivery_id in delivery_ids:
                send_delivery.apply_async([delivery_id], retry=False, connection=broker)
    except (OperationalError, *broker.connection_errors, *broker.channel_errors) as error:
        log.warning("delivery.wake_failed", waiting=len(delivery_ids), error=str(error))
