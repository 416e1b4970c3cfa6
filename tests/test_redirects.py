"""Whatever address somebody slips in to go on to, nobody is led away from the desk."""

import logging
import re

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.sessions.backends.db import SessionStore
from django.test import RequestFactory
from django.utils import timezone
from django.utils.http import urlencode

from access.factors.signing_in import finish_login
from access.pages import to_login
from tests.builders import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HOME = "testserver"
ELSEWHERE = [
    "https://evil.example/",
    "http://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    " //evil.example",
    "/\n/evil.example",
    "\r\n//evil.example",
    "\x00//evil.example",
    "\x1f//evil.example",
    "/\x0b/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    f"https://{HOME}@evil.example",
    f"https://{HOME}.evil.example",
    f"https://evil.example\\@{HOME}",
    f"//{HOME}:80@evil.example",
    f"http://{HOME}:8443/",
    "https://[::1/",
    "//[evil",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "java\tscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "ftp://evil.example",
    "mailto:x@evil.example",
    "//evil。example",
    "//evil%E3%80%82example",
    "/\u2028/evil.example",
    "https://evil.example#http://testserver/",
    "x" * 5000,
]
WITHIN = re.compile(r"((http:)?//testserver/|/(?![/\\]))[!-~]*")  # nothing a browser reads away


def stays(answer):
    """Whether a browser that follows `answer` is still on the desk."""
    to = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or "/"
    return bool(WITHIN.fullmatch(to))


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def anna():
    return make_user("anna", "staff")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_login_goes_on_within_the_desk(client, anna, target):
    word = {"username": "anna", "password": PASSWORD}

    posted = client.post("/login/", {**word, "next": target})
    client.post("/logout/")
    in_query = client.post(f"/login/?{urlencode({'next': target})}", word)
    already_in = client.get("/login/", {"next": target})

    answers = (posted, in_query, already_in)
    assert [answer.status_code for answer in answers] == [302, 302, 302]
    assert all(map(stays, answers))


@pytest.mark.parametrize("target", ELSEWHERE)
def test_whoever_proves_a_factor_goes_on_within_the_desk(anna, target):
    """With a code and with a passkey alike, whatever was asked for before."""
    request = RequestFactory().post("/login/passkey/", {"next": target})
    request.session = SessionStore()
    request._messages = FallbackStorage(request)

    answer = finish_login(request, anna, target=target, now=timezone.now())

    assert answer.status_code == 302
    assert stays(answer)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_whoever_confirms_goes_on_within_the_desk(client, anna, target):
    client.force_login(anna)
    url = f"/profile/confirm/?{urlencode({'next': target})}"

    in_query = client.post(url, {"password": PASSWORD})
    posted = client.post("/profile/confirm/", {"password": PASSWORD, "next": target})

    assert (in_query.status_code, posted.status_code) == (302, 302)
    assert stays(in_query)
    assert stays(posted)


@pytest.mark.parametrize("target", ["nowhere", "risk", "evil.example", "?next=/risk/", "../"])
def test_what_is_no_path_leads_to_the_overview(client, anna, target):
    login = client.post("/login/", {"username": "anna", "password": PASSWORD, "next": target})
    confirmed = client.post("/profile/confirm/", {"password": PASSWORD, "next": target})

    assert (login.url, confirmed.url) == ("/", "/")


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_dialog_leads_back_within_the_desk(client, anna, target):
    client.force_login(anna)
    referers = (target, f"http://{HOME}{target}", f"http://{HOME}/{target}", f"//{HOME}{target}")

    for referer in referers:
        headers = {"Referer": referer.replace("\n", "").replace("\r", "")}
        for url in ("/resume/", "/theme/"):
            assert stays(client.post(url, headers=headers)), referer


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_fragment_sends_its_page_to_the_login_and_nowhere_else(target):
    for current in (target, f"http://{HOME}{target}", f"http://{HOME}/{target}"):
        headers = {"HX-Request": "true", "HX-Current-URL": current}
        answer = to_login(RequestFactory().get("/live/cards/", headers=headers))

        assert answer.headers["HX-Redirect"].startswith("/login/?next=")
        assert stays(answer)


@pytest.mark.parametrize("target", ELSEWHERE)
def test_the_admin_leads_to_the_login_with_what_it_was_asked(client, target):
    answer = client.get("/admin/login/", {"next": target})

    assert answer.headers["Location"].startswith("/login/?next=")
    assert stays(answer)


@pytest.mark.parametrize("path", ["//evil.example", "//evil.example/%2f..", "/%5Cevil.example"])
@pytest.mark.parametrize("page", ["", "/", "/signals", "/admin"])
def test_a_slash_that_is_added_leads_nowhere_else(client, anna, path, page):
    client.force_login(anna)

    assert stays(client.get(f"{path}{page}"))
