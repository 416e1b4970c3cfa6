"""Rows that should not be there hurt themselves and nobody else."""

from datetime import time

import pytest

from delivery.models import Delivery
from delivery.outbox import queue_message
from delivery.sending import send_due
from tests.builders import NOON, make_delivery, make_recipient
from tests.delivery.sender import at_noon, sweep_at

pytestmark = pytest.mark.django_db


def test_a_channel_that_is_gone_fails_its_own_messages_alone(graph):
    lost = make_delivery(recipient=make_recipient(channel="fax", address="1"))
    stuck = make_delivery(
        state="sending", recipient=make_recipient(channel="fax", address="2"), reason="x"
    )
    good = make_delivery()

    send_due(clock=at_noon, is_patient=True)
    sweep_at(NOON.replace(hour=13))

    states = {row.pk: row.state for row in Delivery.objects.all()}
    assert states == {lost.pk: "failed", stuck.pk: "uncertain", good.pk: "sent"}


@pytest.mark.parametrize("zone", ["America", "../../etc/passwd", "", "x" * 64, "Mars/Base"])
def test_a_time_zone_that_is_none_counts_as_utc(zone):
    odd = make_recipient(time_zone=zone, quiet_from=time(23), quiet_until=time(7))

    assert odd.end_of_quiet(NOON) is None


@pytest.mark.parametrize("text", ["x" * 200_000, "\U0001f600 \u202e", "\n" * 5000, ""])
def test_a_huge_or_odd_text_is_sent_or_fails_and_nothing_waits_for_it(graph, text):
    everybody = [make_recipient() for _ in range(4)]
    for number in range(3):
        queue_message(
            key=f"signal:{number}",
            kind="signal",
            title="",
            text=text,
            fields={},
            tags={},
            deliver_by=NOON.replace(hour=13),
            now=NOON,
            recipients=everybody,
        )

    send_due(clock=at_noon)

    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}
