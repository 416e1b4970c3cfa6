"""Which scripts and styles a page may use."""

import pytest

from tests.builders import make_user

pytestmark = pytest.mark.django_db


def policy(answer):
    text = answer.headers["Content-Security-Policy"]
    return dict(part.strip().split(" ", 1) for part in text.split(";"))


@pytest.mark.parametrize("url", ["/", "/login/", "/api/health", "/no-such-page/"])
def test_pages_allow_nothing_but_own_files(client, url):
    client.force_login(make_user())

    rules = policy(client.get(url))

    assert rules["default-src"] == "'self'"
    assert rules["frame-ancestors"] == "'none'"
    assert "unsafe" not in str(rules)


def test_only_the_admin_gets_what_its_theme_needs(client):
    client.force_login(make_user("ada", "admin"))

    rules = policy(client.get("/admin/"))

    assert rules["script-src"] == "'self' 'unsafe-eval'"
    assert rules["default-src"] == "'self'"
    assert rules["object-src"] == "'none'"
