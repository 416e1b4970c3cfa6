import pytest
from django.db import IntegrityError, transaction
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    invariant,
    rule,
    run_state_machine_as_test,
)

from delivery.models import Delivery, Post
from delivery.transitions import ALLOWED, State, move, move_all
from tests.builders import NOON, make_delivery, make_message, make_recipient

STATES = st.sampled_from(list(State))
DESIGN = """
pending: claimed expired cancelled
claimed: sending pending
sending: sent pending failed uncertain
sent: delivered read failed pending
delivered: read
uncertain: sent delivered read failed pending
"""


def traces(to):
    """The fields a caller sets with a step into `to`, so that the row's constraints hold."""
    match to:
        case State.CLAIMED:
            return {"claimed_until": NOON}
        case State.SENDING:
            post = Post.objects.create(channel="preview", body_hmac="0" * 64, created_at=NOON)
            return {"claimed_until": None, "sending_at": NOON, "post": post}
        case State.SENT:
            return {"sent_at": NOON}
    return {}


def test_the_table_is_the_one_of_the_design():
    rows = [line.split(": ") for line in DESIGN.strip().splitlines()]
    table = {State(start): {State(end) for end in ends.split()} for start, ends in rows}

    assert {state: set(ends) for state, ends in ALLOWED.items() if ends} == table


@pytest.mark.django_db
def test_a_step_that_is_not_in_the_table_is_a_mistake_in_the_code():
    delivery = make_delivery()

    with pytest.raises(ValueError, match="no step leads from pending to sent"):
        move(delivery.pk, [State.PENDING], State.SENT)


@pytest.mark.django_db
def test_of_many_rows_only_those_in_the_named_state_move():
    waiting, gone = make_delivery(), make_delivery(state="read")

    moved = move_all([waiting.pk, gone.pk], [State.PENDING], State.CANCELLED, reason="kill_switch")

    assert moved == 1
    assert Delivery.objects.get(pk=gone.pk).state == "read"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "traces"),
    [
        ("claimed", {"claimed_until": None}),
        ("sending", {"sending_at": None}),
        ("uncertain", {"post": None}),
        ("sent", {"sent_at": None}),
        ("pending", {"sending_at": NOON}),
    ],
)
def test_the_database_refuses_a_row_without_the_traces_of_its_state(state, traces):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_delivery(state=state, **traces)


class Deliveries(RuleBasedStateMachine):
    """Steps in any order, from any belief about the state, by any number of actors."""

    def __init__(self):
        super().__init__()
        self.states = {}
        self.example = transaction.atomic()
        self.example.__enter__()

    def teardown(self):
        transaction.set_rollback(True)
        self.example.__exit__(None, None, None)

    rows = Bundle("rows")

    @rule(target=rows)
    def queue(self):
        number = len(self.states)
        recipient = make_recipient(channel="preview", address=f"demo {number}")
        delivery = make_delivery(message=make_message(f"signal:{number}"), recipient=recipient)
        self.states[delivery.pk] = State.PENDING
        return delivery

    @rule(delivery=rows, believed=STATES, to=STATES)
    def step(self, delivery, believed, to):
        allowed = to in ALLOWED[believed]
        try:
            moved = move(delivery.pk, [believed], to, **traces(to))
        except ValueError:
            assert not allowed
            return
        assert allowed
        assert moved is (self.states[delivery.pk] == believed)
        if moved:
            self.states[delivery.pk] = to

    @invariant()
    def rows_are_in_the_state_the_table_led_to(self):
        stored = dict(Delivery.objects.filter(pk__in=self.states).values_list("pk", "state"))
        assert stored == self.states


@pytest.mark.django_db
def test_no_order_of_steps_leaves_the_table():
    run_state_machine_as_test(
        Deliveries,
        settings=hypothesis_settings(max_examples=40, stateful_step_count=25, deadline=None),
    )
