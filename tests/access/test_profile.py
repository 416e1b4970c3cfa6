"""Somebody's own page: looks, password, refresh tokens."""

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework_simplejwt.exceptions import TokenError
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import RefreshToken

from access.forms import TRIES
from access.models import Profile
from access.tokens import RoleTokenSerializer
from audit.models import Event
from tests.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db

NEW = "a-better-word-7"


@pytest.fixture(autouse=True)
def whole_desk(settings):
    settings.ROOT_URLCONF = "forexsignals.urls"


@pytest.fixture
def anna(client):
    user = make_user()
    client.force_login(user)
    return user


def sign_in(username="anna", password=PASSWORD):
    client = Client()
    client.post("/login/", {"username": username, "password": password})
    return client


def change(client, *, old=PASSWORD, new=NEW, again=NEW):
    typed = {"old_password": old, "new_password1": new, "new_password2": again}
    return client.post("/profile/password/", typed)


def token_for(user):
    token = RoleTokenSerializer.get_token(user)
    return token, OutstandingToken.objects.get(jti=token["jti"]).pk


def test_a_chosen_zone_and_theme_hold_here_at_once_and_elsewhere_after_signing_in(client, anna):
    client.post("/profile/", {"time_zone": "new york", "theme": "dark"})

    for browser in (client, sign_in()):
        page = browser.get("/profile/").content.decode()
        assert 'data-zone="America/New_York"' in page
        assert 'data-theme="dark"' in page


def test_the_defaults_take_the_choice_back(client, anna):
    client.post("/profile/", {"time_zone": "Asia/Tokyo", "theme": "dark"})
    client.post("/profile/", {"time_zone": "", "theme": ""})

    page = client.get("/profile/").content.decode()
    assert 'data-zone="UTC"' in page
    assert "data-theme=" not in page


def test_the_next_person_in_this_browser_does_not_inherit_the_looks(client, anna):
    client.post("/profile/", {"time_zone": "Asia/Tokyo", "theme": "dark"})
    client.logout()
    make_user("bob")

    client.post("/login/", {"username": "bob", "password": PASSWORD})

    assert 'data-zone="UTC"' in client.get("/profile/").content.decode()


def test_a_zone_nobody_knows_is_refused_beside_the_field_and_kept(client, anna):
    page = client.post("/profile/", {"time_zone": "Mars/Base", "theme": "dark"}).content.decode()

    assert "There is no zone of this name" in page
    assert 'value="Mars/Base"' in page
    assert not Profile.objects.exists()


def test_the_theme_switch_of_every_page_is_kept_in_the_profile(client, anna):
    client.post("/theme/", {"theme": "dark"})
    assert Profile.objects.get(user=anna).theme == "dark"

    client.post("/theme/")  # without script: the other one

    assert Profile.objects.get(user=anna).theme == "light"


def test_a_stranger_may_switch_the_theme_and_no_row_is_made(client):
    answer = client.post("/theme/", {"theme": "dark"})

    assert answer.cookies["theme"].value == "dark"
    assert not Profile.objects.exists()


def test_a_theme_that_is_none_is_not_kept(client, anna):
    client.post("/theme/", {"theme": "url(evil)"})

    assert Profile.objects.get(user=anna).theme == "dark"


def test_a_new_password_keeps_this_browser_and_signs_out_all_else(client, anna):
    elsewhere, (token, _) = sign_in(), token_for(anna)

    assert change(client).url == "/profile/"

    assert client.get("/profile/").status_code == 200
    assert elsewhere.get("/profile/").status_code == 302
    with pytest.raises(TokenError):
        RefreshToken(str(token))
    assert Event.objects.get(kind="password.changed").actor == "anna"
    assert sign_in(password=NEW).get("/profile/").status_code == 200


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"old": "wrong"}, "not your present password"),
        ({"again": "another-word-8"}, "The two new passwords differ"),
        ({"new": "short", "again": "short"}, "too short"),
    ],
)
def test_a_password_that_will_not_do_says_why_and_changes_nothing(client, anna, typed, error):
    page = change(client, **typed).content.decode()

    assert error in page
    assert NEW not in page
    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_guessing_the_present_password_ends_after_a_while(client, anna):
    for _ in range(TRIES):
        change(client, old="guess")

    assert "Too many tries" in change(client).content.decode()
    cache.clear()
    assert change(client).status_code == 302


def test_own_tokens_are_listed_and_one_is_revoked_after_a_question(client, anna):
    _, first = token_for(anna)
    _, second = token_for(anna)

    assert (
        "Revoke this refresh token?"
        in client.get(f"/profile/tokens/{first}/revoke/").content.decode()
    )
    client.post(f"/profile/tokens/{first}/revoke/")

    page = client.get("/profile/").content.decode()
    assert f"/profile/tokens/{first}/" not in page
    assert f"/profile/tokens/{second}/" in page
    assert Event.objects.get(kind="token.revoked").actor == "anna"


def test_all_own_tokens_are_revoked_at_once_and_nobody_elses(client, anna):
    mine, theirs = [token_for(anna)[0] for _ in range(3)], token_for(make_user("bob"))[0]

    client.post("/profile/tokens/revoke/")

    for token in mine:
        with pytest.raises(TokenError):
            RefreshToken(str(token))
    RefreshToken(str(theirs))
    assert Event.objects.get(kind="token.revoked").payload == {"count": 3}


def test_somebody_elses_token_cannot_be_revoked_here(client, anna):
    token, pk = token_for(make_user("bob"))

    client.post(f"/profile/tokens/{pk}/revoke/")

    RefreshToken(str(token))
    assert not Event.objects.filter(kind="token.revoked").exists()


def test_the_page_shows_no_token_and_costs_the_same_however_many(client, anna):
    token, _ = token_for(anna)
    with CaptureQueriesContext(connection) as one:
        page = client.get("/profile/").content.decode()
    for _ in range(20):
        token_for(anna)

    with CaptureQueriesContext(connection) as many:
        client.get("/profile/")

    assert str(token) not in page
    assert len(many) == len(one)
