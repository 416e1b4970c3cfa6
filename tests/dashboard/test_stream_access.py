"""`/api/stream`: who may listen, and for how long."""

import asyncio

import pytest
from django.test import Client
from django.utils import timezone

from access.keys import change_key
from dashboard.live.handler import AT_ONCE
from forexsignals.asgi import application
from signals.messages import signal_json
from tests.builders import make_key, make_signal, make_user
from tests.dashboard.stream_reader import listening, scope_of
from tests.dashboard.stream_scenarios import (
    beside,
    cookie_of,
    key_with,
    later,
    later_to,
    read,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("headers", [{}, {"X-Api-Key": "wrong"}, {"Authorization": "Bearer x"}])
def test_a_stranger_gets_401_in_the_one_error_shape(headers):
    async def scenario():
        async with listening(headers) as reader:
            assert reader.status == 401
            assert '{"error":{"code":' in reader.text
            assert reader.is_over

    read(scenario)


def test_a_key_without_the_scope_gets_403():
    headers = key_with("candles:write")

    async def scenario():
        async with listening(headers) as reader:
            assert reader.status == 403

    read(scenario)


@pytest.mark.parametrize("way", ["session", "key", "token"])
def test_a_viewer_a_key_and_a_token_hear_a_new_signal(way, client):
    user, signal = make_user(), make_signal()
    tokens = {"username": "anna", "password": "pa55-word!"}
    answer = client.post("/api/auth/token", tokens, content_type="application/json")
    bearer = {"Authorization": f"Bearer {answer.json()['access']}"}
    ways = {"session": cookie_of(user), "key": key_with("signals:read"), "token": bearer}
    expected = signal_json(signal)

    async def scenario():
        async with listening(ways[way], kinds="signal") as reader:
            number = await later_to(signal)
            assert await reader.until("signal") == [(str(number), "signal", expected)]
            assert list(reader.events("signal")[0][2]) == list(expected)

    read(scenario)


def test_the_log_is_for_those_who_may_read_it():
    headers, signal = key_with("signals:read"), make_signal()

    async def scenario():
        async with listening(headers, kinds="log") as refused:
            assert refused.status == 403
        async with listening(headers, kinds="signal,log") as refused:
            assert "ops:read" in refused.text
        async with listening(headers) as reader:
            await later("config.changed")
            await later_to(signal)
            await reader.until("signal")
            assert reader.events("log") == []

    read(scenario)


async def ignore(message):
    """Nobody reads the answer."""


def test_who_never_sends_the_body_they_announced_keeps_nobody_out():
    headers = key_with("signals:read")

    async def never():
        await asyncio.Event().wait()

    async def scenario():
        scope = scope_of({"Content-Length": "50"})
        silent = [asyncio.create_task(application(scope, never, ignore)) for _ in range(AT_ONCE)]
        await asyncio.sleep(0)
        async with listening(headers) as reader:
            assert reader.status == 200
        for task in silent:
            task.cancel()
        await asyncio.gather(*silent, return_exceptions=True)

    read(scenario)


def test_signing_out_ends_the_stream_and_it_does_not_open_again():
    user = make_user()
    client = Client()
    client.force_login(user)
    cookie = {"Cookie": f"sessionid={client.cookies['sessionid'].value}"}

    async def scenario():
        async with listening(cookie, kinds="health") as reader:
            await beside(client.post)("/logout/")
            await later()
            await reader.until_over()
        async with listening(cookie) as reader:
            assert reader.status == 401

    read(scenario)


def test_a_revoked_key_ends_its_own_streams_and_no_other():
    (key, text), other = make_key("signals:read"), key_with("signals:read")
    key.revoked = True
    revoke = beside(change_key)

    async def scenario():
        async with listening({"X-Api-Key": text}) as reader, listening(other) as stays:
            await revoke(key, by="sam", now=timezone.now())
            await later()
            await reader.until_over()
            assert not stays.is_over

    read(scenario)
