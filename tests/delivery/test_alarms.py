"""Staff hear of an incident once, and once that it is over, on a channel that works."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from audit.models import Event
from delivery.alarms import REST, clear_alarm, open_alarm, raise_alarm, tell
from delivery.channel_states import pause_channel
from delivery.models import Alarm, Delivery, Message
from delivery.pauses import pause
from delivery.sending import send_due
from tests.builders import NOON, make_recipient

pytestmark = pytest.mark.django_db


def raise_at(minutes=0, key="feed:EURUSD", text="EURUSD: the feed is dead."):
    return raise_alarm(key, title="Feed dead", text=text, now=NOON + timedelta(minutes=minutes))


def clear_at(minutes=1, key="feed:EURUSD"):
    return clear_alarm(key, text="EURUSD: alive.", now=NOON + timedelta(minutes=minutes))


def told():
    """Each alert's text and who gets it, in order."""
    return [
        (message.text, [delivery.recipient.name for delivery in message.deliveries.order_by("pk")])
        for message in Message.objects.filter(kind="alert").order_by("pk")
    ]


def test_an_alarm_is_told_once_to_staff_alone_and_so_is_its_end(graph):
    make_recipient("Sam", gets_alerts=True)
    make_recipient("Vera")

    raise_at(0), raise_at(1), raise_at(2)
    send_due(clock=lambda: NOON + timedelta(minutes=2))
    clear_at(3), clear_at(4)

    assert told() == [("EURUSD: the feed is dead.", ["Sam"]), ("EURUSD: alive.", ["Sam"])]
    assert Message.objects.filter(title="Over: Feed dead").count() == 1
    alarm = Alarm.objects.get()
    assert (alarm.opened_at, alarm.seen_at) == (NOON, NOON + timedelta(minutes=2))
    assert alarm.closed_at == NOON + timedelta(minutes=3)
    kinds = Event.objects.filter(kind__startswith="alarm.").order_by("pk").values_list("kind")
    assert list(kinds) == [("alarm.raised",), ("alarm.cleared",)]


def test_what_comes_back_within_ten_minutes_is_open_at_once_but_told_to_nobody():
    make_recipient(gets_alerts=True)
    raise_at(0)
    clear_at(1)

    again = raise_at(9)
    clear_at(10)
    later = raise_at(REST / timedelta(minutes=1))

    assert again and again.told is None
    assert later and later.told is not None
    assert len([text for text, _ in told() if "dead" in text]) == 2


def test_who_never_got_the_alarm_does_not_get_its_end_either():
    make_recipient(gets_alerts=True)
    raise_at(0)

    clear_at(1)

    assert Delivery.objects.get().state == "cancelled"
    assert Delivery.objects.get().reason == "over"
    assert told()[1] == ("EURUSD: alive.", [])


def test_an_alarm_about_a_paused_channel_goes_out_on_another():
    make_recipient("Sam", gets_alerts=True)
    make_recipient("Desk screen", channel="preview", address="screen", gets_alerts=True)

    pause_channel("whatsapp", code="190", reason="token expired", probe_after=None, now=NOON)

    [(text, names)] = told()
    assert text.startswith("WhatsApp is paused: token expired. Messages wait.")
    assert names == ["Desk screen"]


def test_an_alarm_that_reaches_nobody_still_stands_in_the_log_and_in_admin():
    make_recipient(gets_alerts=True, opted_out_at=NOON)

    alarm = raise_at()

    assert alarm and Alarm.objects.filter(closed_at=None).exists()
    assert Event.objects.get(kind="alarm.raised").text == "EURUSD: the feed is dead."
    assert not Delivery.objects.exists()


def test_alerts_obey_neither_kill_switch_nor_quiet_hours(graph):
    make_recipient(
        gets_alerts=True, quiet_from=(NOON - timedelta(hours=1)).time(), quiet_until=NOON.time()
    )
    make_recipient(
        gets_alerts=True,
        quiet_from=(NOON - timedelta(hours=1)).time(),
        quiet_until=(NOON + timedelta(hours=1)).time(),
    )
    pause(reason="test", by="sam", now=NOON)

    raise_at()
    send_due(clock=lambda: NOON)

    assert graph.texts == ["EURUSD: the feed is dead."] * 2


def test_alarms_told_together_are_over_together():
    make_recipient(gets_alerts=True)
    keys = ("feed:EURUSD", "feed:GBPUSD")
    alarms = [open_alarm(key, title="Feed dead", text=key, now=NOON) for key in keys]
    tell(alarms, title="Feed dead", text="both", now=NOON)

    clear_at(1, "feed:EURUSD")
    halfway = len(told())
    clear_at(2, "feed:GBPUSD")

    assert (halfway, len(told())) == (1, 2)


def test_alarms_already_told_are_not_told_again():
    alarm = raise_at()

    assert tell([alarm], title="Feed dead", text="again", now=NOON) is None


@pytest.mark.django_db(transaction=True)
def test_many_processes_that_find_the_same_fault_at_once_tell_it_once_and_end_it_once():
    make_recipient(gets_alerts=True)

    def at_once(act):
        def turn(_):
            try:
                return act()
            finally:
                connection.close()

        with ThreadPoolExecutor(6) as threads:
            return [done for done in threads.map(turn, range(6)) if done]

    raised, cleared = at_once(raise_at), at_once(clear_at)

    assert len(raised) == len(cleared) == 1
    assert Message.objects.filter(kind="alert").count() == 2
    assert Event.objects.filter(kind__startswith="alarm.").count() == 2
