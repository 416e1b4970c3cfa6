"""REQUIRE_MFA: who runs the desk reaches nothing before there is a second factor."""

import pytest

from access.factors.duty import OPEN_PAGES
from access.keys import create_key
from access.models import Scope
from access.tokens import RoleTokenSerializer
from tests.access_matrix import MATRIX, Who, addresses
from tests.builders import NOON, PASSWORD, make_app, make_user

pytestmark = pytest.mark.django_db
ALLOWED = {"login", "logout", "theme", "profile", "password", "confirm", "app-add", "passkey-add"}
ALLOWED |= {
    "login-code",
    "login-passkey",
    "recovery-codes",
    "recovery-codes-file",
    "revoke-own-tokens",
}


@pytest.fixture(autouse=True)
def duty(settings):
    settings.REQUIRE_MFA = True


def sign_in(client, name="anna"):
    return client.post("/login/", {"username": name, "password": PASSWORD})


@pytest.mark.parametrize("role", ["staff", "admin"])
def test_every_other_page_leads_to_the_profile_which_says_why(client, role, subtests):
    make_user("anna", role)
    sign_in(client)

    for address in addresses():
        is_page = not address.route.lstrip("^").startswith(("api/", "webhooks/"))
        if is_page and "<" not in address.route and address.name not in ALLOWED:
            with subtests.test(address.name):
                answer = client.get(address.url({}))
                assert answer.status_code == 302
                assert answer.url == "/profile/"
    assert "This desk asks a second factor" in client.get("/profile/").content.decode()


def test_a_fragment_sends_the_whole_page_there(client):
    make_user("anna", "staff")
    sign_in(client)

    answer = client.get("/signals/list/", headers={"HX-Request": "true"})

    assert answer.status_code == 403
    assert answer.headers["HX-Redirect"] == "/profile/"


def test_the_api_says_so_to_sessions_and_tokens(client, subtests):
    anna = make_user("anna", "staff")
    client.force_login(anna)
    bearer = {"Authorization": f"Bearer {RoleTokenSerializer.get_token(anna).access_token}"}

    for path in ("/api/deliveries", "/api/stream", "/api/schema", "/api/signals/latest"):
        for headers in ({}, bearer):
            with subtests.test(path, headers=list(headers)):
                answer = client.get(path, headers=headers)
                assert answer.status_code == 403
                assert answer.json()["error"]["code"] == "MFA_REQUIRED"
                assert "/profile/" in answer.json()["error"]["message"]


def test_with_a_factor_every_page_opens_again(client):
    anna = make_user("anna", "staff")
    client.force_login(anna)
    assert client.get("/risk/").url == "/profile/"

    make_app(anna)

    assert client.get("/risk/").status_code == 200
    assert client.get("/api/deliveries").status_code == 200


def test_viewers_may_do_without_and_keys_are_nobody(client):
    make_user("vera", "viewer")
    sign_in(client, "vera")
    _, key = create_key(name="k", scopes=[Scope.OPS_READ], expires_at=None, by="ada", now=NOON)

    assert client.get("/risk/").status_code == 200
    client.logout()
    assert client.get("/api/deliveries", headers={"X-Api-Key": key}).status_code == 200


def test_no_token_is_given_or_refreshed_without_a_factor(client):
    anna = make_user("anna", "staff")
    refresh = str(RoleTokenSerializer.get_token(anna))

    for path, body in (
        ("token", {"username": "anna", "password": PASSWORD}),
        ("refresh", {"refresh": refresh}),
    ):
        answer = client.post(f"/api/auth/{path}", body, content_type="application/json")
        assert answer.status_code == 403
        assert answer.json()["error"]["code"] == "MFA_REQUIRED"


def test_the_open_pages_are_classified():
    assert set(MATRIX) >= OPEN_PAGES
    assert all(MATRIX[name].get in (None, Who.ANYBODY, Who.VIEWER) for name in OPEN_PAGES)
