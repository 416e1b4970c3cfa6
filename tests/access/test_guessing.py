"""Guessing passwords against the real limits, from one address or from thousands."""

import pytest
import time_machine
from axes.models import AccessAttempt
from django.conf import settings as desk
from django.contrib.auth import authenticate

from access.addresses import counted
from access.backends import LOGINS
from access.guesses import GUESSES
from audit.models import Event
from tests.access.test_tokens import login
from tests.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db
MINUTE = "2026-11-21 10:00:15Z"
SPOOFED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "True-Client-IP", "Via")


def spoofed(number):
    """Headers that say the request comes from somewhere new each time."""
    address = f"198.51.{number // 250}.{number % 250}"
    return {name: f"for={address}" if name == "Forwarded" else address for name in SPOOFED}


def behind(number, proxies):
    """The same, and what the desk's own proxies append: one caller, then one proxy less."""
    own = ["203.0.113.9", "192.0.2.5"][:proxies]
    made_up = spoofed(number)
    return made_up | {"X-Forwarded-For": ", ".join([made_up["X-Forwarded-For"], *own])}


@pytest.mark.parametrize(
    ("proxies", "times"),
    [
        pytest.param(0, 1000, marks=pytest.mark.once),
        pytest.param(1, 200, marks=pytest.mark.once),
        (2, 200),
    ],
)
@time_machine.travel(MINUTE, tick=False)
def test_however_many_logins_from_made_up_addresses_compare_thirty_passwords(
    rf, settings, proxies, times
):
    settings.NUM_PROXIES = proxies
    make_user("anna")

    for number in range(times - 1):
        request = rf.post("/login/", headers=behind(number, proxies))
        authenticate(request, username=f"name{number}", password="guess")
    last = rf.post("/login/", headers=behind(times, proxies))

    assert authenticate(last, username="anna", password=PASSWORD) is None
    assert Event.objects.filter(kind="login.failed").count() == 10  # the log's own cap


@pytest.mark.parametrize("proxies", [0, 1, 2])
@time_machine.travel(MINUTE, tick=False)
def test_three_hundred_reads_from_made_up_addresses_get_as_many_as_one(client, settings, proxies):
    settings.NUM_PROXIES = proxies

    statuses = [
        client.get("/api/public", headers=behind(number, proxies)).status_code
        for number in range(300)
    ]

    assert (statuses.count(200), statuses.count(429)) == (120, 180)


@time_machine.travel(MINUTE, tick=False)
def test_the_addresses_of_one_ipv6_customer_count_as_one(client):
    statuses = [
        client.get("/api/public", REMOTE_ADDR=f"2001:db8:0:7::{number:x}").status_code
        for number in range(200)
    ]
    neighbour = client.get("/api/public", REMOTE_ADDR="2001:db8:0:8::1").status_code

    assert (statuses.count(200), neighbour) == (120, 200)


@time_machine.travel(MINUTE, tick=False)
def test_one_ipv6_customer_is_locked_out_whole_and_logged_exactly(client, settings):
    rates = {"public": "99/min", "token": "99/min", "write": "99/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}
    make_user("anna")

    for number in range(desk.AXES_FAILURE_LIMIT):
        login(client, password="no", REMOTE_ADDR=f"2001:db8::{number:x}")

    assert login(client, REMOTE_ADDR="2001:db8::ffff").status_code == 429
    assert login(client, REMOTE_ADDR="2001:db8:1::1").status_code == 200
    addresses = {e.payload["address"] for e in Event.objects.filter(kind="login.failed")}
    assert {"2001:db8::0", "2001:db8::9"} <= addresses


@pytest.mark.parametrize(
    ("address", "one"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("::1", "::"),
        ("unix:", "unix:"),
        ("", ""),
    ],
)
def test_what_counts_as_one_caller(address, one):
    assert counted(address) == one


@pytest.mark.parametrize("entry", ["unknown", "_hidden", "192.0.2.1:8080", "x" * 500, "<script>"])
def test_a_proxy_entry_that_is_no_address_breaks_no_login(client, settings, entry):
    settings.NUM_PROXIES = 1

    answer = login(client, headers={"X-Forwarded-For": entry})

    assert answer.status_code == 401


def guess(rf, name, *, times):
    for number in range(times):
        address = f"198.51.{number // 250}.{number % 250}"
        authenticate(rf.post("/login/", REMOTE_ADDR=address), username=name, password="guess")


def knock(rf, address, name="anna"):
    return authenticate(rf.post("/", REMOTE_ADDR=address), username=name, password=PASSWORD)


@time_machine.travel(MINUTE, tick=False)
def test_guessing_one_name_from_many_addresses_stops_at_fifty_an_hour(client, rf):
    make_user("anna")
    with time_machine.travel("2026-11-20 09:00Z", tick=False):
        login(client, REMOTE_ADDR="203.0.113.7")

    guess(rf, "anna", times=GUESSES)

    assert knock(rf, "198.51.100.200") is None
    assert knock(rf, "203.0.113.7") is not None
    with time_machine.travel("2026-11-21 11:00:01Z", tick=False):
        assert knock(rf, "198.51.100.200") is not None


@time_machine.travel(MINUTE, tick=False)
def test_guessing_one_name_slows_no_other(rf):
    make_user("bob")

    guess(rf, "anna", times=GUESSES + 5)

    assert knock(rf, "198.51.100.200", "bob") is not None
    assert LOGINS < GUESSES


def test_what_belongs_to_nobody_is_not_kept_as_a_name_but_still_counted(client, settings):
    rates = {"public": "99/min", "token": "99/min", "write": "99/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    statuses = [login(client, username="hunter2-secret").status_code for _ in range(12)]

    assert statuses[-1] == 429
    [kept] = AccessAttempt.objects.values_list("username", flat=True)
    assert kept.startswith("unknown ") and "hunter2" not in kept
    assert "hunter2" not in str(list(AccessAttempt.objects.values()))
