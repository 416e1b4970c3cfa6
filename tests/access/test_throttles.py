import os
from hashlib import sha256
from uuid import uuid4

import pytest
import time_machine
from django.test import RequestFactory
from redis import Redis

from access.addresses import client_address
from access.counters import count
from tests.builders import NOON, make_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def tight(settings):
    """Three public requests a minute."""
    rates = {"public": "3/min", "token": "3/min", "write": "3/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}


@time_machine.travel("2026-11-21 10:00:15Z", tick=False)
def test_past_the_limit_the_answer_says_how_long_to_wait(client, tight):
    answers = [client.get("/api/public") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "45"
    assert answers[-1].json()["error"]["code"] == "THROTTLED"


def test_the_next_window_starts_at_zero(client, tight):
    with time_machine.travel("2026-11-21 10:00:59Z", tick=False):
        statuses = [client.get("/api/public").status_code for _ in range(4)]
    with time_machine.travel("2026-11-21 10:01:00Z", tick=False):
        after = client.get("/api/public").status_code

    assert (statuses[-1], after) == (429, 200)


@time_machine.travel("2026-11-21 10:00:15Z", tick=False)
@pytest.mark.parametrize("path", ["/api/public", "/api/auth/token"])
def test_rotating_x_forwarded_for_gains_nothing(client, tight, path):
    statuses = [
        client.generic("GET", path, headers={"X-Forwarded-For": f"203.0.113.{n}"}).status_code
        for n in range(20)
    ]

    assert statuses.count(429) == 17


@time_machine.travel("2026-11-21 10:00:15Z", tick=False)
def test_keys_and_addresses_are_counted_apart(client, tight):
    keys = [make_key("signals:read")[1] for _ in range(2)]

    statuses = [
        client.get("/api/public", headers={"X-Api-Key": key}).status_code
        for key in keys
        for _ in range(3)
    ]

    assert statuses == [200] * 6
    assert client.get("/api/public").status_code == 200


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "203.0.113.1", "192.0.2.1"),
        (1, "203.0.113.1", "203.0.113.1"),
        (1, "6.6.6.6, 203.0.113.1", "203.0.113.1"),
        (2, "6.6.6.6, 203.0.113.1, 192.0.2.5", "203.0.113.1"),
        (2, "203.0.113.1", "192.0.2.1"),
        (1, "", "192.0.2.1"),
    ],
)
def test_only_what_trusted_proxies_wrote_is_believed(settings, proxies, forwarded, address):
    settings.NUM_PROXIES = proxies
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.1", headers={"X-Forwarded-For": forwarded}
    )

    assert client_address(request) == address


def test_counting_goes_on_while_the_cache_server_is_away(client, tight, settings):
    settings.COUNTERS_URL = "redis://127.0.0.1:9"

    with time_machine.travel("2026-11-21 10:00:15Z", tick=False):
        statuses = [client.get("/api/public").status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 429]


@pytest.mark.services
def test_requests_are_counted_on_the_server_all_processes_share(settings):
    settings.COUNTERS_URL = os.environ["REDIS_URL"]
    name = f"test:{uuid4()}"

    counted = [count(name, now=NOON, window=60) for _ in range(3)]

    (key,) = Redis.from_url(settings.COUNTERS_URL).scan_iter(
        f"*{sha256(name.encode()).hexdigest()}"
    )
    assert counted == [1, 2, 3]
    assert 0 < Redis.from_url(settings.COUNTERS_URL).ttl(key) <= 120


def test_the_log_names_the_address_limits_go_by(client, caplog, settings):
    settings.NUM_PROXIES = 1

    client.get("/api/public", headers={"X-Forwarded-For": "6.6.6.6, 203.0.113.1"})

    ended = [line.msg for line in caplog.records if "request_finished" in str(line.msg)]
    assert [line["ip"] for line in ended] == ["203.0.113.1"]
