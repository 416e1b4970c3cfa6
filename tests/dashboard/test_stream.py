"""`/api/stream`: what is told, and that nothing is missed."""

import pytest
from django.db import connection
from django.utils import timezone

from tests.builders import make_signal, make_tick, make_user
from tests.dashboard.stream_reader import listening
from tests.dashboard.stream_scenarios import (
    beside,
    cookie_of,
    happen,
    happen_to,
    key_with,
    later,
    later_to,
    read,
)

pytestmark = pytest.mark.django_db(transaction=True)


def cut_all_but(own):
    """End every connection to this database but this one and `own`; they are gone on return."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid NOT IN (%s, pg_backend_pid())",
            [own],
        )


def test_the_answer_is_an_event_stream_that_nobody_stores():
    headers = key_with("signals:read")

    async def scenario():
        async with listening(headers | {"Accept": "text/event-stream"}) as reader:
            assert reader.status == 200
            assert reader.headers["content-type"] == "text/event-stream"
            assert reader.headers["cache-control"] == "no-store, no-transform"
            assert "content-length" not in reader.headers

    read(scenario)


def test_a_stream_begins_with_a_sign_of_life():
    headers = key_with("signals:read")

    async def scenario():
        async with listening(headers, kinds="signal") as reader:
            assert reader.text.startswith('retry: 2000\n\nevent: heartbeat\ndata: {"at":"')

    read(scenario)


def test_who_resumes_hears_what_was_missed_then_what_follows_each_once():
    headers, had = key_with("signals:read"), happen("config.changed")
    first, second, last = (make_signal(minutes_ago=ago) for ago in (9, 3, 2))
    missed = happen_to(first)

    async def scenario():
        async with listening(headers | {"Last-Event-ID": str(had)}, kinds="signal") as reader:
            follows = await later_to(second)
            await reader.until("signal", count=2)
            marker = await later_to(last)  # what comes twice comes before it
            await reader.until("signal", count=3)
            assert [int(number) for number, *_ in reader.events()] == [missed, follows, marker]

    read(scenario)


def test_a_number_from_the_future_counts_as_the_newest():
    headers, signal = key_with("signals:read"), make_signal()
    happen("config.changed")

    async def scenario():
        async with listening(headers, last_event_id=10**12, kinds="signal") as reader:
            await later_to(signal)
            await reader.until("signal")

    read(scenario)


def test_more_than_a_page_of_events_is_caught_up_with():
    headers, had = key_with("signals:read", "ops:read"), happen("config.changed")
    for _ in range(6):
        happen(*["config.changed"] * 200)

    async def scenario():
        async with listening(headers, last_event_id=had, kinds="log") as reader:
            found = await reader.until("log", count=1200)
            assert [int(number) for number, *_ in found] == list(range(had + 1, had + 1201))

    read(scenario)


def test_two_messages_of_one_event_share_one_number_on_the_last():
    headers, signal = cookie_of(make_user()), make_signal()

    async def scenario():
        async with listening(headers, kinds="signal,log") as reader:
            number = await later_to(signal)
            await reader.until("signal")
            found = [(seq, kind) for seq, kind, _ in reader.events()]
            assert found[-2:] == [("", "log"), (str(number), "signal")]

    read(scenario)


def test_only_the_symbol_asked_for_is_told():
    headers, signal = key_with("signals:read"), make_signal()
    tags = {"message": "signal:7", "tags": {"symbol": "EURUSD"}}

    async def scenario():
        async with (
            listening(headers, symbol="gbpusd", kinds="signal,delivery") as other,
            listening(headers, symbol="EURUSD", kinds="signal,delivery") as reader,
        ):
            await later_to(signal)
            await later("delivery.sent", subject="delivery:3", payload=tags)
            await reader.until("signal", "delivery", count=2)
            assert other.events() == []

    read(scenario)


def test_a_delivery_is_told_by_its_numbers_and_state():
    headers, facts = key_with("signals:read"), {"message": "signal:7:resend:1", "recipient": 5}

    async def scenario():
        async with listening(headers, kinds="delivery") as reader:
            await later("delivery.sent_again", subject="delivery:3", payload=facts)
            ((_, _, told_of),) = await reader.until("delivery")
            key = "signal:7:resend:1"
            assert told_of == {"id": 3, "signal": 7, "message": key, "state": "pending"}

    read(scenario)


@pytest.mark.parametrize("hidden", [{"status": "blocked"}, {"is_shadow": True}])
def test_what_is_not_public_is_told_as_a_line_of_the_log_alone(hidden):
    headers, signal = cookie_of(make_user()), make_signal(**hidden)

    async def scenario():
        async with listening(headers) as reader:
            await later_to(signal)
            await reader.until("log")
            assert reader.events("signal", "signal.update") == []

    read(scenario)


def test_the_end_of_a_signal_is_an_update():
    headers, signal = key_with("signals:read"), make_signal(status="closed")

    async def scenario():
        async with listening(headers, kinds="signal.update") as reader:
            await later_to(signal, "signal.closed")
            ((_, _, news),) = await reader.until("signal.update")
            assert news["status"] == "closed"

    read(scenario)


def test_health_is_told_at_once_and_again_when_it_changes():
    headers = key_with("signals:read")
    tick = beside(make_tick)

    async def scenario():
        async with listening(headers, kinds="health") as reader:
            ((number, _, before),) = await reader.until("health")
            await tick(at=timezone.now())
            after = (await reader.until("health", count=2))[1][2]
            assert (number, before["status"], after["status"]) == ("", "stopped", "running")

    read(scenario)


@pytest.mark.parametrize(
    ("query", "word"),
    [({"kinds": "signals"}, "signals"), ({"last_event_id": "x"}, "last_event_id")],
)
def test_a_wrong_question_is_answered_with_what_is_right(query, word):
    headers = key_with("signals:read")

    async def scenario():
        async with listening(headers, **query) as reader:
            assert reader.status == 400
            assert word in reader.text

    read(scenario)


@pytest.mark.services
def test_a_stream_outlives_a_restart_of_the_database():
    headers, signal = key_with("signals:read"), make_signal()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (own,) = cursor.fetchone()
    cut = beside(lambda: cut_all_but(own))

    async def scenario():
        async with listening(headers, kinds="signal") as reader:
            await cut()
            await later_to(signal)
            await reader.until("signal")

    read(scenario)


def test_under_wsgi_the_answer_says_where_streams_are(client):
    client.force_login(make_user())

    answer = client.get("/api/stream")

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "STREAM_ELSEWHERE"
