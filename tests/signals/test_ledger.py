"""What a transaction recorded is stored and told together, as if it had been one by one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.models import Event
from delivery.models import Delivery, Message
from markets.models import Symbol
from signals.announcing import announce, news_of_end, news_of_signal
from signals.engine import tick
from signals.models import Position, Signal
from tests.builders import NOON, make_recipient, make_signal
from tests.signals.desk import FIRST_DECISION, make_desk, pushed
from tests.signals.stored_signals import make_position

pytestmark = pytest.mark.django_db


def entry_and_flat():
    """An entry, its end and the FLAT that announces it, stored and not told yet."""
    entry = make_signal(status="closed")
    ended = {"state": "closed", "reason": "flat", "closed_at": NOON, "entry_at": NOON}
    row = make_position(entry, **ended, pips=1.0, r_multiple=0.1, exit_price=entry.price)
    flat = make_signal(action="FLAT", sl=None, tp=None, ends=entry, status="closed", minutes_ago=0)
    return entry, row, flat


def news_of(signal, *asked):
    return news_of_signal(signal, deliver_by=NOON + timedelta(minutes=5), audience=lambda: asked)


def test_a_flat_told_together_with_its_entry_goes_to_those_who_are_sent_the_entry():
    hour, now = timedelta(hours=1), timezone.now()  # whatever minute of the day it is
    quiet = {"quiet_from": (now - hour).time(), "quiet_until": (now + hour).time()}
    asleep = make_recipient("Asleep", **quiet)
    awake = make_recipient("Awake", gets_results=True)
    entry, row, flat = entry_and_flat()

    announce([news_of(entry, asleep, awake), news_of(flat), news_of_end(row, at=NOON)])

    copies = Delivery.objects.order_by("message_id", "recipient_id")
    assert list(copies.values_list("message__key", "recipient__name", "state")) == [
        (entry.message_key, "Asleep", "cancelled"),
        (entry.message_key, "Awake", "pending"),
        (flat.message_key, "Awake", "pending"),
        (f"result:{entry.pk}", "Awake", "pending"),
    ]
    told = Event.objects.filter(kind__startswith="signal.").order_by("pk")
    generated = "signal.generated"
    assert [event.kind for event in told] == [generated, generated, "signal.closed"]


def statements_of_a_minute_with_signals(*codes):
    """How many a tick takes in which each of these symbols, and no other, gets its first signal."""
    Symbol.objects.update(is_enabled=False)
    for count in (FIRST_DECISION, FIRST_DECISION + 1):
        symbols = Symbol.objects.filter(code__in=codes) or [make_desk(code) for code in codes]
        now = [pushed(symbol, count) for symbol in symbols][-1]
        with CaptureQueriesContext(connection) as captured:
            tick(now=now)
    assert Signal.objects.filter(symbol__code__in=codes).count() == len(codes)
    return len(captured)


def test_the_statements_of_a_minute_do_not_grow_with_its_signals():
    make_recipient()

    few = statements_of_a_minute_with_signals("EURUSD", "GBPUSD")
    many = statements_of_a_minute_with_signals("USDCHF", "AUDUSD", "NZDUSD", "USDCAD", "EURCHF")

    assert many <= few
    assert Message.objects.count() == Delivery.objects.count() == 7


def test_what_a_stretch_recorded_and_ended_is_stored_as_it_ended():
    tick(now=pushed(make_desk(), 520))

    rows = Position.objects.select_related("signal").order_by("pk")
    assert [row.signal_id for row in rows] == sorted(row.signal_id for row in rows)
    ended = [row for row in rows if row.state == "closed" and not row.is_shadow]
    assert ended and all(row.signal.status == "closed" and row.signal.ending for row in ended)
    flats = Signal.objects.filter(action="FLAT")
    assert all(flat.ends.pk < flat.pk for flat in flats)
