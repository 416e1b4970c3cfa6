"""`/ws/feed`: who may listen, how they say who they are, and for how long."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from access.accounts import change_account
from access.keys import change_key
from audit.models import Event
from signals.messages import signal_json
from tests.builders import PASSWORD, make_key, make_signal, make_user
from tests.dashboard.feed_reader import feeding
from tests.dashboard.stream_scenarios import beside, cookie_of, key_with, later, later_to, read

pytestmark = pytest.mark.django_db(transaction=True)
LET_IN = None
HERE = {"Origin": "http://localhost"}
ELSEWHERE = {"Origin": "https://evil.example"}


def revoked_key():
    key, text = make_key("signals:read")
    key.revoked = True
    change_key(key, by="sam", now=timezone.now())
    return {"X-Api-Key": text}


def expired_key():
    yesterday = timezone.now() - timedelta(days=1)
    return {"X-Api-Key": make_key("signals:read", expiry_date=yesterday)[1]}


def bearer():
    make_user("bea")
    sent = {"username": "bea", "password": PASSWORD}
    answer = Client().post("/api/auth/token", sent, content_type="application/json")
    return {"Authorization": f"Bearer {answer.json()['access']}"}


CELLS = {
    "wrong key": (lambda: {"X-Api-Key": "wrong"}, 4401),
    "wrong token": (lambda: {"Authorization": "Bearer x"}, 4401),
    "ended session": (lambda: {"Cookie": "sessionid=gone"}, 4401),
    "revoked key": (revoked_key, 4401),
    "expired key": (expired_key, 4401),
    "key for candles": (lambda: key_with("candles:write"), 4403),
    "key for writing": (lambda: key_with("signals:write"), 4403),
    "key for operations": (lambda: key_with("ops:read"), 4403),
    "key for reading": (lambda: key_with("signals:read"), LET_IN),
    "token": (bearer, LET_IN),
    "viewer": (lambda: cookie_of(make_user("vic")), LET_IN),
    "staff": (lambda: cookie_of(make_user("sam", "staff")), LET_IN),
    "admin": (lambda: cookie_of(make_user("ada", "admin")), LET_IN),
    "viewer on our page": (lambda: cookie_of(make_user("vic")) | HERE, LET_IN),
    "viewer on a foreign page": (lambda: cookie_of(make_user("vic")) | ELSEWHERE, 4403),
    "key on a foreign page": (lambda: key_with("signals:read") | ELSEWHERE, 4403),
}


@pytest.mark.parametrize("cell", CELLS)
def test_everybody_gets_what_the_matrix_says(cell):
    make_headers, expected = CELLS[cell]
    headers = make_headers()

    async def scenario():
        async with feeding(headers) as reader:
            if expected is not LET_IN:
                await reader.until_closed()
            assert reader.code == expected

    read(scenario)
    assert Event.objects.filter(kind="access.refused").exists() == (expected is not LET_IN)


def test_a_credential_may_come_as_the_first_message():
    header, signal = key_with("signals:read"), make_signal()
    first = f'{{"auth": "Api-Key {header["X-Api-Key"]}"}}'
    expected = signal_json(signal)

    async def scenario():
        async with feeding({}, first=first, kinds="signal") as reader:
            number = await later_to(signal)
            assert await reader.until("signal") == [(number, "signal", expected)]

    read(scenario)


@pytest.mark.parametrize("first", ['{"auth": "Api-Key wrong"}', '{"auth": "Bearer x"}'])
def test_a_wrong_credential_in_the_first_message_is_refused(first):
    async def scenario():
        async with feeding({}, first=first) as reader:
            assert await reader.until_closed() == 4401

    read(scenario)


@pytest.mark.parametrize(
    "first",
    ["hello", "[]", '{"auth": 7}', '{"auth": "x", "kinds": ""}', "[" * 8000, '{"auth": "\u00e9"}'],
)
def test_a_first_message_that_is_none_says_how_to_begin(first):
    async def scenario():
        async with feeding({}, first=first) as reader:
            assert await reader.until_closed() == 4400
            assert '{"auth": ' in reader.reason

    read(scenario)


def test_who_says_nothing_is_not_waited_for_long():
    async def scenario():
        async with feeding({}) as reader:
            assert await reader.until_closed() == 4401
            assert reader.events("error")[0][2]["code"] == "NOT_AUTHENTICATED"

    read(scenario)


def test_a_listed_page_may_listen_with_a_key_and_not_with_a_session(settings):
    settings.CORS_ALLOWED_ORIGINS = [ELSEWHERE["Origin"]]
    key, session = key_with("signals:read") | ELSEWHERE, cookie_of(make_user()) | ELSEWHERE

    async def scenario():
        async with feeding(key) as reader:
            assert reader.code is LET_IN
        async with feeding(session) as refused:
            assert await refused.until_closed() == 4403

    read(scenario)


@pytest.mark.parametrize(
    ("origin", "code"),
    [
        ("https://desk.example.org", LET_IN),
        ("https://a.partner.example", LET_IN),
        ("http://a.partner.example", 4403),
        ("https://notpartner.example", 4403),
        ("null", 4403),
        ("http://[", 4403),
    ],
)
def test_trusted_origins_are_the_ones_forms_may_come_from(settings, origin, code):
    settings.CSRF_TRUSTED_ORIGINS = ["https://desk.example.org", "https://*.partner.example"]
    headers = cookie_of(make_user()) | {"Origin": origin}

    async def scenario():
        async with feeding(headers) as reader:
            if code is not LET_IN:
                await reader.until_closed()
            assert reader.code == code

    read(scenario)


def test_the_log_is_for_those_who_may_read_it():
    headers = key_with("signals:read")

    async def scenario():
        async with feeding(headers, kinds="signal,log") as refused:
            assert await refused.until_closed() == 4403
            assert "ops:read" in refused.events("error")[0][2]["message"]

    read(scenario)


def test_a_revoked_key_ends_its_own_feeds_and_no_other():
    (key, text), other = make_key("signals:read"), key_with("signals:read")
    key.revoked = True
    revoke = beside(change_key)

    async def scenario():
        async with feeding({"X-Api-Key": text}) as reader, feeding(other) as stays:
            await revoke(key, by="sam", now=timezone.now())
            await later()
            assert await reader.until_closed() == 1001
            assert stays.code is None
        async with feeding({"X-Api-Key": text}) as again:
            assert await again.until_closed() == 4401

    read(scenario)


def test_signing_out_and_another_role_end_the_feed():
    leaving, changed = make_user("lea"), make_user("cal")
    browser = Client()
    browser.force_login(leaving)
    cookie = {"Cookie": f"sessionid={browser.cookies['sessionid'].value}"}
    change, other = beside(change_account), cookie_of(changed)

    async def scenario():
        async with feeding(cookie) as reader, feeding(other) as second:
            await beside(browser.post)("/logout/")
            await change(changed, role="staff", changed=["role"], by="ada", now=timezone.now())
            await later()
            assert await reader.until_closed() == await second.until_closed() == 1001
        async with feeding(cookie) as again:
            assert await again.until_closed() == 4401

    read(scenario)
