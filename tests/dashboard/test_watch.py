from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from dashboard.watch import look, patience
from delivery.models import Delivery, Message
from signals.models import Tick
from tests.builders import make_recipient

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)


def tick(at: datetime) -> None:
    Tick.objects.create(slot=at.replace(second=0), at=at, finished_at=at)


def look_at(minutes: float) -> Event | None:
    return look(now=START + timedelta(minutes=minutes), since=START, interval_seconds=60)


def test_ticks_that_come_are_no_news() -> None:
    tick(START + timedelta(minutes=5))

    assert look_at(7) is None


def test_a_desk_that_just_started_has_time_for_its_first_tick() -> None:
    assert look_at(2.9) is None


def test_silence_is_alarmed_once_and_sent_to_those_who_want_messages() -> None:
    recipient = make_recipient()
    tick(START)

    first, second, third = look_at(4), look_at(5), look_at(60)

    assert first and first.kind == "scheduler.silent"
    assert first.text == "The scheduler is silent: no tick for 4 minutes"
    assert second is third is None
    assert Message.objects.get().kind == "alert"
    assert Delivery.objects.get().recipient == recipient


def test_the_end_of_silence_is_told_once() -> None:
    tick(START)
    look_at(4)
    tick(START + timedelta(minutes=6))

    first, second = look_at(6.5), look_at(7)

    assert first and first.kind == "scheduler.recovered"
    assert second is None


def test_a_second_silence_is_a_second_incident() -> None:
    tick(START)
    look_at(4)
    tick(START + timedelta(minutes=6))
    look_at(6.5)

    look_at(20)

    kinds = Event.objects.filter(kind__startswith="scheduler.").order_by("pk")
    assert list(kinds.values_list("kind", flat=True)) == [
        "scheduler.silent",
        "scheduler.recovered",
        "scheduler.silent",
    ]


def test_a_watch_that_was_restarted_does_not_alarm_again() -> None:
    tick(START)
    look_at(4)
    later = START + timedelta(minutes=30)

    again = look(now=later + timedelta(minutes=10), since=later, interval_seconds=60)

    assert again is None


def test_patience_is_three_ticks_but_three_minutes_at_least() -> None:
    assert patience(30) == timedelta(minutes=3)
    assert patience(300) == timedelta(minutes=15)
