"""A sender that breaks half way, or is answered oddly, still stores what came of its posts."""

import pytest
from django.db import OperationalError

from delivery.channels.base import Receipt
from delivery.errors import Refused, Remedy
from delivery.leaving import marks
from delivery.models import Delivery
from delivery.redaction import redact
from delivery.results import record_failure, record_receipt
from delivery.sending import send_due
from tests.builders import NOON, make_delivery
from tests.delivery.graph_server import SLOW

pytestmark = pytest.mark.django_db


class BreakingClock:
    """Noon, but at the fourth look something breaks: by then one post is on its way."""

    def __init__(self, graph):
        self.graph, self.looks = graph, 0

    def __call__(self):
        self.looks += 1
        if self.looks == 4:
            self.graph.release()
            raise OperationalError("deadlock detected")
        return NOON


def test_a_database_error_while_looking_for_more_loses_no_answer(graph, settings):
    delivery = make_delivery()
    graph.play(SLOW)

    with pytest.raises(OperationalError):
        send_due(clock=BreakingClock(graph))

    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert marks(settings.OUTGOING_DIR).taken == {}


@pytest.mark.parametrize("odd", ["\0", "\ud800", "x" * 5000])
def test_an_odd_refusal_is_stored_all_the_same(odd):
    delivery = make_delivery(state="sending")
    refusal = Refused("131000" + odd, redact(f"out of order {odd}"), remedy=Remedy.RETRY)

    record_failure([delivery], delivery.post, refusal, now=NOON)

    assert Delivery.objects.get().state == "pending"


@pytest.mark.parametrize("odd", ["\0", "\ud800", "x" * 5000])
def test_an_odd_acceptance_is_stored_all_the_same(odd):
    delivery = make_delivery(state="sending")
    receipt = Receipt(provider_id=f"wamid.{odd}", provider_address=f"+49{odd}")

    record_receipt([delivery], delivery.post, receipt, now=NOON)

    delivery.refresh_from_db()
    assert delivery.state == "sent"
    assert delivery.post.provider_id.startswith("wamid.")
    assert len(delivery.post.provider_id) <= 200
