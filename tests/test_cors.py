"""Which other sites' scripts may read the API: the listed ones, to the letter, and no page."""

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LISTED = "https://app.example.org"
STRANGERS = [
    "null",
    "*",
    "",
    "http://app.example.org",
    "https://app.example.org:8443",
    "https://app.example.org.evil.example",
    "https://evil.example/?https://app.example.org",
    "https://evilapp.example.org",
    "https://sub.app.example.org",
    "https://app.example.org@evil.example",
    "https://app.example.org%60.evil.example",
    "https://app_example.org",
    "https://app.example.org, https://evil.example",
    "file://",
    "http://testserver",
]
SENT = ["Authorization", "X-Api-Key", "Idempotency-Key", "If-None-Match", "If-Modified-Since"]
ANSWERED = {"ETag", "Last-Modified", "Retry-After", "Idempotent-Replayed"}


@pytest.fixture(autouse=True)
def one_site(settings):
    settings.CORS_ALLOWED_ORIGINS = [LISTED]


def ask(client, origin, path="/api/signals/latest"):
    return client.get(path, headers={"Origin": origin})


def cors_headers(answer):
    return {name for name in answer.headers if name.lower().startswith("access-control-")}


def preflight(client, path, origin, *, method, header):
    wanted = {"Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    return client.options(path, headers={"Origin": origin, **wanted})


def test_the_listed_site_reads_answers_and_the_headers_scripts_need(client):
    answer = ask(client, LISTED)

    assert answer.headers["Access-Control-Allow-Origin"] == LISTED
    assert set(answer.headers["Access-Control-Expose-Headers"].split(", ")) >= ANSWERED
    assert "origin" in answer.headers["Vary"]


def test_nobody_may_send_cookies_from_another_site(client):
    assert "Access-Control-Allow-Credentials" not in ask(client, LISTED).headers


@pytest.mark.parametrize("origin", STRANGERS)
def test_no_other_site_reads_anything(client, origin):
    asked = preflight(client, "/api/admin/risk", origin, method="PATCH", header="X-Api-Key")

    for answer in (ask(client, origin), ask(client, origin, "/api/nowhere"), asked):
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/login/", "/metrics", "/admin/", "/webhooks/telegram"])
def test_outside_the_api_not_even_the_listed_site_reads(client, path):
    asked = preflight(client, path, LISTED, method="GET", header="X-Api-Key")

    assert not cors_headers(ask(client, LISTED, path))
    assert not cors_headers(asked)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH"])
@pytest.mark.parametrize("header", SENT)
def test_the_listed_site_may_send_what_the_api_takes(client, method, header):
    asked = preflight(client, "/api/admin/risk", LISTED, method=method, header=header)

    allowed = asked.headers["Access-Control-Allow-Headers"].split(", ")
    assert asked.headers["Access-Control-Allow-Origin"] == LISTED
    assert method in asked.headers["Access-Control-Allow-Methods"].split(", ")
    assert header.lower() in allowed


@pytest.mark.parametrize("header", ["X-CSRFToken", "Cookie", "X-Forwarded-For", "X-Anything"])
def test_other_headers_are_not_offered(client, header):
    asked = preflight(client, "/api/admin/risk", LISTED, method="PATCH", header=header)

    assert header.lower() not in asked.headers["Access-Control-Allow-Headers"].split(", ")


def test_by_default_no_other_site_reads(client, settings):
    settings.CORS_ALLOWED_ORIGINS = []

    assert not cors_headers(ask(client, LISTED))


def test_a_refusal_can_be_read_by_the_listed_site_too(client):
    answer = ask(client, LISTED, "/api/admin/risk")

    assert answer.status_code == 401
    assert answer.headers["Access-Control-Allow-Origin"] == LISTED
