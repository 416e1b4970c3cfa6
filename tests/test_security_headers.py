"""What browsers are told with every answer of a desk behind https, and how its cookies are kept."""

import json
import re
import subprocess
import sys

import pytest
from django.test import Client

from tests.builders import PASSWORD, make_user
from tests.processes import ROOT, plain_environment

pytestmark = [pytest.mark.django_db, pytest.mark.once]
BASE = "https://desk.example.org"
CHANGED_BY_IT = ("SECURE_", "SESSION_COOKIE_", "CSRF_", "X_FRAME", "CONTENT_SEC", "ALLOWED_HOSTS")
STRICT = {
    *("default-src 'self'", "img-src 'self' data:", "object-src 'none'", "base-uri 'none'"),
    *("frame-ancestors 'none'", "form-action 'self'"),
}
PAGES = ["/", "/login/", "/signals/", "/keys/", "/profile/", "/nowhere/"]
SCRIPTS = ["/api/health", "/api/signals/latest", "/api/events", "/api/nowhere", "/api/schema"]
ADMIN = ["/admin/", "/admin/auth/user/", "/admin/nowhere/"]


@pytest.fixture(scope="module")
def behind_https(tmp_path_factory):
    """What the settings become with an https address."""
    code = (
        "import json; from django.conf import settings as s; s.DEBUG; print(json.dumps({name: "
        f"getattr(s, name) for name in dir(s) if name.startswith({CHANGED_BY_IT})}}, default=str))"
    )
    folder = str(tmp_path_factory.mktemp("https"))
    environment = plain_environment(VAR_DIR=folder, PUBLIC_BASE_URL=BASE)
    command = [sys.executable, "-c", code]
    shown = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    return json.loads(shown.stdout)


@pytest.fixture
def browser(settings, behind_https):
    """An admin's, over https."""
    for name, value in behind_https.items():
        setattr(settings, name, value)
    browser = Client(raise_request_exception=False, SERVER_NAME="desk.example.org")
    browser.force_login(make_user("ada", "admin"))
    return browser


@pytest.mark.parametrize("path", [*PAGES, *SCRIPTS, *ADMIN, "/metrics", "/webhooks/telegram"])
def test_every_answer_says_how_browsers_must_treat_it(browser, path):
    said = browser.get(path, secure=True).headers

    assert said["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert said["X-Content-Type-Options"] == "nosniff"
    assert said["Referrer-Policy"] == "same-origin"
    assert said["Cross-Origin-Opener-Policy"] == "same-origin"
    assert said["X-Frame-Options"] == "DENY"
    assert "Server" not in said and "X-Powered-By" not in said


@pytest.mark.parametrize("path", [*PAGES, *SCRIPTS, "/metrics"])
def test_no_script_or_style_of_elsewhere_or_inline_runs(browser, path):
    policy = browser.get(path, secure=True).headers["Content-Security-Policy"]

    assert set(map(str.strip, policy.split(";"))) == STRICT


@pytest.mark.parametrize("path", ADMIN)
def test_in_the_admin_only_scripts_of_the_desk_run(browser, path):
    policy = browser.get(path, secure=True).headers["Content-Security-Policy"]

    said = set(map(str.strip, policy.split(";")))
    assert said >= STRICT
    assert said - STRICT == {"script-src 'self' 'unsafe-eval'", "style-src 'self' 'unsafe-inline'"}


def test_cookies_come_over_https_alone_and_for_this_host_alone(browser):
    browser.logout()
    browser.get("/login/", secure=True)
    browser.post("/login/", {"username": "ada", "password": PASSWORD}, secure=True)
    browser.post("/theme/", {"theme": "dark"}, secure=True)

    kept = {name: cookie for name, cookie in browser.cookies.items() if cookie.value}
    assert {"__Host-sessionid", "__Host-csrftoken", "theme"} <= set(kept)
    assert all(cookie["secure"] for cookie in kept.values())
    assert {cookie["samesite"] for cookie in kept.values()} == {"Lax"}
    assert {(cookie["path"], cookie["domain"]) for cookie in kept.values()} == {("/", "")}
    assert kept["__Host-sessionid"]["httponly"]


@pytest.mark.parametrize("path", ["/keys/", "/profile/", "/profile/confirm/", "/api/recipients"])
def test_what_is_personal_is_kept_by_no_cache(browser, path):
    said = browser.get(path, secure=True).headers

    assert re.search("no-store|private|no-cache", said.get("Cache-Control", "")) or (
        "Cookie" in said.get("Vary", "")
    )


@pytest.mark.parametrize("host", ["evil.example", "desk.example.org.evil.example", "desk_example"])
def test_another_host_name_is_refused(browser, host):
    assert browser.get("/login/", headers={"Host": host}, secure=True).status_code == 400


def test_over_plain_http_nothing_is_promised_that_a_browser_would_hold_against_the_desk(client):
    said = client.get("/login/").headers

    assert "Strict-Transport-Security" not in said
    assert said["X-Content-Type-Options"] == "nosniff"
