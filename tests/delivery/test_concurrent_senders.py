from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from delivery.channel_states import locked_state
from delivery.consent import withdraw
from delivery.errors import Refused, Remedy
from delivery.models import ChannelState, Delivery, Recipient
from delivery.parcels import claim_parcels
from delivery.results import record_failure
from delivery.sending import send_now
from delivery.wiring import build_channel
from tests.builders import NOON, make_delivery, make_recipient
from tests.processes import wait_for

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


def waiting_locks():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_refusal_and_a_claim_lock_channel_and_recipient_in_the_same_order():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one lock for everything")
    ChannelState.objects.create(channel="whatsapp")
    delivery = make_delivery(state="sending", recipient=make_recipient(free_at=NOON))
    broken = Refused("131000", "out of order", remedy=Remedy.RETRY)

    def record():
        try:
            record_failure([delivery], delivery.post, broken, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():  # as a claim does
            locked_state("whatsapp")
            recording = pool.submit(record)
            wait_for(waiting_locks, seconds=20, what="the refusal waits for the channel")
            Recipient.objects.update(free_at=NOON)
        recording.result()

    delivery.refresh_from_db()
    assert delivery.state == "pending"


@pytest.mark.django_db(transaction=True)
def test_a_claim_leaves_alone_whoever_is_opting_out_so_that_neither_waits_for_the_other(graph):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one lock for everything")
    opting_out, other = make_delivery(), make_delivery()

    def claim():
        try:
            due = Delivery.objects.due(NOON)
            return claim_parcels(due, most=9, build=build_channel, now=NOON)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Recipient.objects.select_for_update().get(pk=opting_out.recipient_id)  # as a STOP does
        parcels = pool.submit(claim).result(timeout=20)
        withdraw(opting_out.recipient, source="wrote STOP", at=NOON, now=NOON)

    assert [parcel.ids for parcel in parcels] == [[other.pk]]
    opting_out.refresh_from_db()
    assert opting_out.state == "cancelled"
