"""Who hangs holds up himself."""

import threading

import pytest

from delivery.models import Delivery
from delivery.sending import send_due
from tests.builders import make_delivery, make_recipient
from tests.delivery.scripted_server import SLOW, ScriptedServer
from tests.delivery.sender import at_noon

pytestmark = pytest.mark.django_db


def test_endpoints_that_hang_leave_room_for_every_other_channel(graph):
    came_in_time = []

    def release_once_the_other_came(hooks):
        came_in_time.append(graph.arrived.acquire(timeout=30))
        hooks.release()

    with ScriptedServer.listening() as hooks:
        hooks.play(*[SLOW] * 40)
        for number in range(40):
            make_delivery(
                recipient=make_recipient(channel="webhook", address=f"{hooks.url}/{number}")
            )
        make_delivery()
        waiting = threading.Thread(target=release_once_the_other_came, args=[hooks])
        waiting.start()
        send_due(clock=at_noon)
        waiting.join()

    assert came_in_time == [True]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent", "delivered"}
