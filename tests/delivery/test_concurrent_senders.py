from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from delivery.models import Delivery
from delivery.sending import send_now
from tests.builders import NOON, make_delivery

SENDERS = 4


@pytest.mark.django_db(transaction=True)
def test_senders_side_by_side_post_each_delivery_once(graph):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite keeps the test database in one connection; PostgreSQL shows this")
    ids = [make_delivery().pk for _ in range(40)]

    def work(sender):
        try:
            for delivery_id in ids[sender:] + ids[:sender]:
                send_now(delivery_id, clock=lambda: NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(SENDERS) as pool:
        list(pool.map(work, range(SENDERS)))

    assert set(graph.acceptances.values()) == {1}
    assert Delivery.objects.filter(state="sent").count() == len(ids) == len(graph.journal)
