from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from delivery.models import Delivery
from delivery.sending import send_due, send_now
from tests.builders import NOON, make_delivery, make_recipient

SENDERS = 4


@pytest.mark.django_db(transaction=True)
def test_senders_side_by_side_post_each_delivery_once(graph):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite keeps the test database in one connection; PostgreSQL shows this")
    recipients = [make_recipient() for _ in range(5)]
    ids = [make_delivery(recipient=recipient).pk for recipient in recipients for _ in range(8)]

    def work(sender):
        try:
            for delivery_id in ids[sender::2]:
                send_now(delivery_id, clock=lambda: NOON)
            send_due(clock=lambda: NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(work, range(SENDERS)))

    assert set(graph.acceptances.values()) == {1}
    assert Delivery.objects.filter(state="sent").count() == len(ids) == len(graph.journal)
