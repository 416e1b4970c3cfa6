from datetime import UTC, datetime, time, timedelta

import pytest

from delivery.audience import recipients_sent
from delivery.models import Delivery
from delivery.outbox import queue_message, reschedule_held, withdraw_held
from delivery.pauses import pause, resume
from delivery.sending import send_due
from tests.builders import make_recipient
from tests.delivery.sender import sweep_at

pytestmark = pytest.mark.django_db

MIDNIGHT = datetime(2026, 11, 18, 0, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)  # 07:00 in Berlin
NIGHT = {"quiet_from": time(22), "quiet_until": time(7), "time_zone": "Europe/Berlin"}


def queue(number, *, kind="signal", hours=8.0, now=MIDNIGHT, **values):
    """A signal of midnight whose idea lives for `hours`; its push is late after five minutes."""
    return queue_message(
        key=f"signal:{number}",
        kind=kind,
        title="EURUSD BUY",
        text=f"EURUSD BUY @ 1.0852{number}",
        fields={},
        tags={},
        deliver_by=now + timedelta(minutes=5),
        valid_until=now + timedelta(hours=hours),
        now=now,
        **values,
    )


def send_at(now):
    sweep_at(now)
    return send_due(clock=lambda: now)


def test_at_night_a_signal_waits_for_the_morning_and_says_so():
    make_recipient(**NIGHT)

    held = queue(1).deliveries.get()

    assert (held.state, held.is_held, held.due_at) == ("pending", True, MORNING)
    assert held.deliver_by == MIDNIGHT + timedelta(hours=8)
    assert held.reason == "quiet hours until 07:00 Europe/Berlin"


@pytest.mark.parametrize("kind", ["alert", "consent", "manual", "test", "answer"])
def test_what_people_ask_for_and_alerts_go_at_any_hour(kind):
    make_recipient(**NIGHT)

    assert not queue(1, kind=kind).deliveries.get().is_held


def test_what_is_urgent_goes_at_any_hour():
    make_recipient(**NIGHT)

    copy = queue(1, urgent=True).deliveries.get()

    assert (copy.due_at, copy.is_held) == (MIDNIGHT, False)


def test_by_day_a_signal_goes_at_once():
    make_recipient(**NIGHT)

    assert not queue(1, now=MORNING).deliveries.get().is_held


@pytest.mark.parametrize("several", [2, 3])
def test_what_is_still_valid_in_the_morning_comes_as_one_digest(graph, several):
    make_recipient(**NIGHT)
    for number in range(several):
        queue(number)

    before = send_at(MORNING - timedelta(seconds=1))
    posts = send_at(MORNING)

    assert (before, posts) == (0, 1)
    lines = graph.texts[0].split("\n")
    assert lines == [f"00:00 UTC | EURUSD BUY @ 1.0852{number}" for number in range(several)]
    assert set(Delivery.objects.values_list("state", "reason")) == {("sent", "")}


def test_an_idea_that_dies_during_the_night_expires_and_says_why(graph):
    make_recipient(**NIGHT)
    short = queue(1, hours=2).deliveries.get()

    send_at(MIDNIGHT + timedelta(hours=2))

    short.refresh_from_db()
    assert short.state == "expired"
    assert short.reason == "too late to be of use; quiet hours until 07:00 Europe/Berlin"
    assert graph.requests == []


def test_the_kill_switch_cancels_what_waits_for_the_morning(graph):
    make_recipient(**NIGHT)
    held = queue(1).deliveries.get()

    pause(reason="news", by="anna", now=MIDNIGHT + timedelta(hours=1))
    resume(by="anna", now=MIDNIGHT + timedelta(hours=2))
    send_at(MORNING)

    held.refresh_from_db()
    assert (held.state, held.reason) == ("cancelled", "kill_switch")
    assert graph.requests == []


def test_what_is_over_before_the_morning_is_withdrawn_and_its_end_concerns_nobody_asleep():
    sleeper = make_recipient("Sleeper", **NIGHT)
    awake = make_recipient("Awake")
    entry = queue(1)
    queue(2)
    asleep_for_it = set(recipients_sent("signal:1"))

    withdrawn = withdraw_held(["signal:1"], "over")

    assert asleep_for_it == set(recipients_sent("signal:1")) == {awake}
    assert withdrawn == 1
    copy = entry.deliveries.get(recipient=sleeper)
    assert (copy.state, copy.reason) == ("cancelled", "over")
    assert Delivery.objects.filter(recipient=sleeper, state="pending").count() == 1


def test_a_held_copy_being_posted_in_the_morning_counts_as_sent():
    sleeper = make_recipient("Sleeper", **NIGHT)
    queue(1)
    Delivery.objects.update(state="claimed", claimed_until=MORNING + timedelta(seconds=36))

    assert withdraw_held(["signal:1"], "over") == 0
    assert set(recipients_sent("signal:1")) == {sleeper}


@pytest.mark.parametrize(
    ("hours", "due_at", "reason"),
    [
        (
            {"quiet_until": time(9)},
            MORNING + timedelta(hours=2),
            "quiet hours until 09:00 Europe/Berlin",
        ),
        ({"time_zone": "UTC"}, MORNING + timedelta(hours=1), "quiet hours until 07:00 UTC"),
        ({"quiet_from": None, "quiet_until": None}, MIDNIGHT, ""),
    ],
)
def test_who_changes_quiet_hours_changes_when_the_waiting_signals_come(hours, due_at, reason):
    recipient = make_recipient(**NIGHT)
    held = queue(1).deliveries.get()
    for name, value in hours.items():
        setattr(recipient, name, value)
    recipient.save()

    reschedule_held(recipient, now=MIDNIGHT)

    held.refresh_from_db()
    assert (held.due_at, held.reason) == (due_at, reason)


def test_a_time_zone_that_no_longer_exists_is_read_as_utc_and_stops_no_signal():
    make_recipient(**{**NIGHT, "time_zone": "Mars/Olympus"})

    assert queue(1).deliveries.get().due_at == MORNING + timedelta(hours=1)
