"""Somebody's own factors: added, renamed and removed by who has just proven who it is."""

import json
import re
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core import serializers
from django.test import Client
from django.utils import timezone

from access.factors import store
from access.factors.reading import factors_of, has_factor
from access.factors.store import remove_all_factors
from access.sealing import unseal
from audit.models import Event
from tests.builders import APP_SECRET, NOON, PASSWORD, app_code, make_app, make_passkey, make_user

pytestmark = pytest.mark.django_db
PLACES = ("/profile/app/", "/profile/passkeys/", "/profile/recovery-codes/")


@pytest.fixture
def anna(client):
    user = make_user()
    client.post("/login/", {"username": "anna", "password": PASSWORD})
    return user


def offered_secret(client):
    return re.search(r'id="secret"[^>]*>(\w+)<', client.get("/profile/app/").content.decode())[1]


def add_app(client):
    secret = offered_secret(client)
    return secret, client.post("/profile/app/", {"code": app_code(secret)})


def later(minutes):
    return time_machine.travel(timezone.now() + timedelta(minutes=minutes))


def test_an_app_is_added_by_its_first_code_and_brings_recovery_codes(client, anna):
    _, answer = add_app(client)

    assert answer.url == "/profile/recovery-codes/"
    page = client.get(answer.url).content.decode()
    assert len(re.findall(r"<li>\d{8}</li>", page)) == 10
    assert "Authenticator app" in client.get("/profile/").content.decode()
    assert [
        event.kind for event in Event.objects.filter(kind__startswith="mfa.").order_by("pk")
    ] == [
        "mfa.added",
        "mfa.codes_made",
    ]


def elsewhere():
    """Another browser of anna's, and a refresh token."""
    browser, word = Client(), {"username": "anna", "password": PASSWORD}
    browser.post("/login/", word)
    token = browser.post("/api/auth/token", word, content_type="application/json").json()
    return browser, {"refresh": token["refresh"]}


def refresh(token):
    return Client().post("/api/auth/refresh", token, content_type="application/json").status_code


def test_the_first_factor_ends_every_other_login(client, anna):
    other, token = elsewhere()
    somebody = Client()
    somebody.force_login(make_user("ben"))

    add_app(client)

    assert client.get("/").status_code == somebody.get("/").status_code == 200
    assert other.get("/").url.startswith("/login/")
    assert refresh(token) == 401


def test_an_admin_who_removes_factors_ends_every_login(client, anna):
    other, token = elsewhere()
    make_app(anna)

    remove_all_factors(anna, by="ada", now=timezone.now())

    assert client.get("/").url.startswith("/login/")
    assert other.get("/").url.startswith("/login/")
    assert refresh(token) == 401


def test_a_wrong_first_code_adds_nothing_and_keeps_the_secret(client, anna):
    secret = offered_secret(client)

    page = client.post("/profile/app/", {"code": "000000"}).content.decode()

    assert secret in page
    assert not has_factor(anna)


def test_the_first_code_is_spent(client, anna):
    secret, _ = add_app(client)
    client.post("/logout/")
    client.post("/login/", {"username": "anna", "password": PASSWORD})

    assert client.post("/login/code/", {"code": app_code(secret)}).status_code == 200


def test_neither_rows_nor_sessions_hold_the_secret_or_a_code(client, anna):
    secret = offered_secret(client)
    offered = [session.get_decoded() for session in Session.objects.all()]
    client.post("/profile/app/", {"code": app_code(secret)})
    codes = client.get("/profile/recovery-codes/file/").content.decode().split()[-10:]
    rows = serializers.serialize("json", Authenticator.objects.all())

    for shown in (secret, *codes):
        assert shown not in rows
        assert shown not in json.dumps(offered)
        assert shown not in serializers.serialize("json", Event.objects.all())


def test_recovery_codes_are_shown_for_ten_minutes_to_the_browser_that_made_them(client, anna):
    add_app(client)
    other = Client()
    other.force_login(anna)
    confirm(other, anna)

    assert len(re.findall(r"<li>\d{8}</li>", client.get(PLACES[2]).content.decode())) == 10
    assert "cannot be shown again" in other.get(PLACES[2]).content.decode()
    assert other.get("/profile/recovery-codes/file/").url == PLACES[2]


def confirm(client, user):
    session = client.session
    session["confirmed_at"] = timezone.now().timestamp()
    session.save()


def test_new_codes_end_the_old_ones(client, anna):
    add_app(client)
    old = client.get("/profile/recovery-codes/file/").content.decode().split()[-10:]

    client.post(PLACES[2])

    new = client.get("/profile/recovery-codes/file/").content.decode().split()[-10:]
    assert not set(old) & set(new)
    assert Event.objects.filter(kind="mfa.codes_made").count() == 2


@pytest.mark.parametrize("path", PLACES)
def test_who_signed_in_long_ago_proves_it_again_first(client, anna, path):
    with later(11):
        assert client.get(path).url == f"/profile/confirm/?next={path.replace('/', '%2F')}"

        assert "not your password" in confirm_with(client, password="guess", next=path)
        answer = client.post("/profile/confirm/", {"password": PASSWORD, "next": path})
        assert answer.url == path


def confirm_with(client, **typed):
    return client.post("/profile/confirm/", typed).content.decode()


def test_with_a_factor_the_password_alone_does_not_prove_it(client):
    anna = make_user()
    make_app(anna)
    client.force_login(anna)

    client.post("/profile/confirm/", {"password": PASSWORD, "next": "/profile/"})
    factor = factors_of(anna).app.id
    client.post(f"/profile/factors/{factor}/")

    assert has_factor(anna)
    assert client.post("/profile/confirm/", {"code": app_code()}).status_code == 302
    client.post(f"/profile/factors/{factor}/")
    assert not Authenticator.objects.exists()
    assert Event.objects.filter(kind="mfa.removed", actor="anna").count() == 1


def test_after_confirming_a_foreign_next_is_not_followed(client, anna):
    answer = client.post(
        "/profile/confirm/", {"password": PASSWORD, "next": "//evil.example/profile/"}
    )

    assert answer.url == "/"


def test_somebody_elses_factor_is_not_there(client, anna):
    theirs = make_passkey(make_user("bob"))

    for path in (f"/profile/factors/{theirs}/", f"/profile/passkeys/{theirs}/"):
        assert client.get(path).status_code == client.post(path, {"name": "x"}).status_code == 404
    assert Authenticator.objects.filter(pk=theirs).exists()


def test_a_passkey_is_renamed_and_the_last_factor_takes_the_codes_along(client, anna):
    own = make_passkey(anna)

    client.post(f"/profile/passkeys/{own}/", {"name": "Ring"})
    assert factors_of(anna).passkeys[0].name == "Ring"

    client.post(f"/profile/factors/{own}/")
    assert not Authenticator.objects.exists()


def test_the_profile_needs_one_query_for_the_factors(client, anna, django_assert_num_queries):
    make_app(anna)
    for _ in range(3):
        make_passkey(anna)

    with django_assert_num_queries(1):
        assert len(factors_of(anna).all) == 4


@pytest.mark.parametrize(
    ("host", "is_https", "said"),
    [
        ("127.0.0.1:8000", False, "as in http://localhost:8000"),
        ("127.0.0.1", True, "belong to a name"),
        ("desk.example.org", False, "need https"),
        ("localhost:8000", False, ""),
        ("desk.example.org", True, ""),
    ],
)
def test_where_browsers_have_no_passkeys_the_profile_says_why(
    client, anna, settings, host, is_https, said
):
    settings.ALLOWED_HOSTS = ["*"]

    page = client.get("/profile/", headers={"host": host}, secure=is_https).content.decode()

    assert ("Add a passkey" in page) == (not said)
    assert said in page


@pytest.mark.parametrize(
    "answer", ["", "{}", "[]", '"x"', '{"id": "a", "response": {}}', "7", "[" * 15_000]
)
def test_nonsense_is_not_kept_as_a_passkey(client, anna, answer):
    client.get("/profile/passkeys/", headers={"host": "localhost"})

    sent = {"name": "Phone", "credential": answer}
    assert client.post("/profile/passkeys/", sent, headers={"host": "localhost"}).status_code == 200
    assert not has_factor(anna)


def test_the_secret_of_the_tests_is_one_an_app_takes():
    assert app_code(APP_SECRET).isdigit()


def test_of_two_apps_added_at_once_the_later_counts():
    user = make_user()

    for secret in ("JBSWY3DPEHPK3PXP", "KRSXG5CTMVRXEZLU"):
        store.add_app(user, secret, step=1, now=NOON)

    (row,) = Authenticator.objects.filter(user_id=user.pk, type="totp")
    assert unseal(row.data["secret"]) == "KRSXG5CTMVRXEZLU"
