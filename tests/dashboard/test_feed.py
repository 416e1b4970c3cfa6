"""`/ws/feed`: the stream's messages over a WebSocket."""

import pytest

from tests.builders import make_signal, make_user
from tests.dashboard.feed_reader import feeding
from tests.dashboard.stream_scenarios import (
    cookie_of,
    happen,
    happen_to,
    key_with,
    later,
    later_to,
    read,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_resumes_hears_what_was_missed_then_what_follows_each_once():
    headers, had = key_with("signals:read"), happen("config.changed")
    first, second, last = (make_signal(minutes_ago=ago) for ago in (9, 3, 2))
    missed = happen_to(first)

    async def scenario():
        async with feeding(headers, last_event_id=had, kinds="signal") as reader:
            follows = await later_to(second)
            await reader.until("signal", count=2)
            marker = await later_to(last)  # what comes twice comes before it
            found = await reader.until("signal", count=3)
            assert [number for number, *_ in found] == [missed, follows, marker]

    read(scenario)


def test_it_begins_with_a_sign_of_life_and_the_desks_health():
    headers = key_with("signals:read")

    async def scenario():
        async with feeding(headers, kinds="health") as reader:
            ((number, _, health),) = await reader.until("health")
            assert reader.frames[0]["event"] == "heartbeat"
            assert (number, health["status"]) == (None, "stopped")

    read(scenario)


def test_two_messages_of_one_event_share_one_number_on_the_last():
    headers, signal = cookie_of(make_user()), make_signal()

    async def scenario():
        async with feeding(headers, kinds="signal,log") as reader:
            number = await later_to(signal)
            await reader.until("signal")
            found = [(seq, kind) for seq, kind, _ in reader.events("signal", "log")]
            assert found[-2:] == [(None, "log"), (number, "signal")]

    read(scenario)


def test_only_the_symbol_and_the_kinds_asked_for_are_told():
    headers, signal = key_with("signals:read"), make_signal()
    tags = {"message": "signal:7", "tags": {"symbol": "EURUSD"}}

    async def scenario():
        async with (
            feeding(headers, symbol="gbpusd", kinds="signal,delivery") as other,
            feeding(headers, symbol="EURUSD", kinds="delivery") as reader,
        ):
            await later_to(signal)
            await later("delivery.sent", subject="delivery:3", payload=tags)
            await reader.until("delivery")
            assert other.events("signal", "delivery") == reader.events("signal") == []

    read(scenario)


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"kinds": "signals"}, "signals"),
        ({"last_event_id": "x"}, "last_event_id"),
        ({"kind": "signal"}, "did you mean kinds"),
    ],
)
def test_a_wrong_question_is_closed_with_what_is_right(query, word):
    headers = key_with("signals:read")

    async def scenario():
        async with feeding(headers, **query) as reader:
            assert await reader.until_closed() == 4400
            ((_, _, error),) = reader.events("error")
            assert word in error["message"]
            assert reader.reason == error["message"]

    read(scenario)


def test_what_a_listener_says_is_ignored_and_only_so_often():
    headers = key_with("signals:read")

    async def scenario():
        async with feeding(headers, kinds="health") as reader:
            for _ in range(20):
                reader.say("hello")
            assert await reader.until_closed() == 1008

    read(scenario)


def test_plain_http_is_told_where_to_go(client):
    client.force_login(make_user())

    answer = client.get("/ws/feed")

    assert answer.status_code == 426
    assert "/api/stream" in answer.json()["error"]["message"]


def test_under_wsgi_the_answer_says_where_streams_are(client):
    client.force_login(make_user())

    answer = client.get("/ws/feed", headers={"Upgrade": "websocket"})

    assert answer.status_code == 503
    assert answer.json()["error"]["code"] == "STREAM_ELSEWHERE"
