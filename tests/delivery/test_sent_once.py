"""Sends by hand with an Idempotency-Key: one message, however many ask and whatever dies."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from django.test import Client

from access.models import KeptAnswer
from delivery.models import Delivery, Message
from tests.builders import make_key, make_recipient

SENDERS = 20
ONCE = {"Idempotency-Key": "a6b2-1"}


def send_test(text, **body):
    """POST the test message on a connection of this thread's own; what comes back."""
    try:
        headers = {"X-Api-Key": text, **ONCE}
        path = "/api/admin/test-message"
        answer = Client().post(path, body, content_type="application/json", headers=headers)
        return answer.status_code, answer.headers.get("Retry-After"), answer.content
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_key_make_one_message():
    anna, (_, text) = make_recipient(), make_key("signals:write")

    with ThreadPoolExecutor(SENDERS) as pool:
        answers = list(pool.map(lambda _: send_test(text, recipient=anna.pk), range(SENDERS)))

    assert Counter(answers) == {answers[0]: SENDERS}
    assert answers[0][0] == 202
    assert (Message.objects.count(), Delivery.objects.count()) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_a_first_request_that_never_ends_is_not_waited_for(client):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one lock for everything")
    key, text = make_key("signals:write")
    taken = {"caller": key.actor, "key": ONCE["Idempotency-Key"], "request_hash": "0" * 64}

    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        KeptAnswer.objects.create(**taken, created_at="2026-11-18T12:00Z")
        status, wait, body = pool.submit(send_test, text).result()

    assert (status, wait, b"IN_PROGRESS" in body) == (409, "1", True)
    assert not Message.objects.exists()
