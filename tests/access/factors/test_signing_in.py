"""The password, then the second factor; before both nobody is signed in."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from access.factors.codes import TRIES
from access.factors.reading import factors_of
from access.factors.store import remove_all_factors
from audit.models import Event
from tests.builders import PASSWORD, app_code, make_app, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    user = make_user("anna", "staff")
    make_app(user)
    return user


def password(client, **more):
    return client.post("/login/", {"username": "anna", "password": PASSWORD, **more})


def code(client, typed):
    return client.post("/login/code/", {"code": typed})


def kinds():
    return list(Event.objects.values_list("kind", flat=True))


def test_the_password_alone_leads_to_the_code_and_opens_nothing(client, anna):
    assert password(client).url == "/login/code/"

    assert client.get("/").url.startswith("/login/")
    assert "login.ok" not in kinds()


def test_the_code_signs_in_and_opens_what_was_asked_for(client, anna):
    password(client, next="/risk/")

    answer = code(client, app_code())

    assert answer.url == "/risk/"
    assert client.get("/risk/").status_code == 200
    assert kinds().count("login.ok") == 1


def test_the_session_before_is_not_the_session_after(client, anna):
    client.get("/login/")
    password(client)
    before = client.cookies["sessionid"].value

    code(client, app_code())

    assert client.cookies["sessionid"].value != before


def test_a_foreign_next_is_not_followed_after_the_code_either(client, anna):
    password(client, next="https://evil.example/")

    assert code(client, app_code()).url == "/"


def test_a_wrong_code_says_so_is_an_event_and_opens_nothing(client, anna):
    password(client)

    page = code(client, "000000")

    assert "This code is not right" in page.content.decode()
    assert kinds().count("mfa.failed") == 1
    assert client.get("/").status_code == 302


def test_a_code_works_once(client, anna):
    typed = app_code()
    password(client)
    code(client, typed)
    client.post("/logout/")

    password(client)

    assert "was used before" in code(client, typed).content.decode()


def test_codes_of_a_phone_half_a_minute_off_work_and_older_ones_do_not(client, anna):
    password(client)

    assert code(client, app_code(steps=-2)).status_code == 200
    assert code(client, app_code(steps=-1)).url == "/"


def test_codes_cannot_be_guessed_on_and_on(client, anna):
    password(client)
    for _ in range(TRIES):
        code(client, "000000")

    page = code(client, app_code())

    assert "Wait a quarter of an hour" in page.content.decode()
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        password(client)
        assert code(client, app_code()).url == "/"


def test_guesses_from_elsewhere_do_not_shut_out_who_comes_from_where_they_always_come(client, anna):
    password(client)
    code(client, app_code(steps=-1))
    client.post("/logout/")
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    password(stranger)
    for _ in range(TRIES + 1):
        code(stranger, "000000")

    password(client)

    assert code(client, app_code()).url == "/"
    assert "Wait a quarter of an hour" in code(stranger, app_code(steps=1)).content.decode()


def test_a_recovery_code_works_in_place_of_the_app_once_and_is_an_event(client, anna):
    spare = make_app(make_user("bob"))
    password(client)
    assert code(client, spare[0]).status_code == 200  # of somebody else

    own = make_app(anna)
    assert code(client, own[0]).url == "/"

    assert factors_of(anna).codes_left == 9
    assert "mfa.code_used" in kinds()
    client.post("/logout/")
    password(client)
    assert code(client, own[0]).status_code == 200


def test_the_second_page_knows_nobody_without_the_password(client, anna):
    assert client.get("/login/code/").url == "/login/"
    assert code(client, app_code()).url == "/login/"


def test_a_held_login_ends_after_ten_minutes(client, anna):
    password(client)

    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert code(client, app_code()).url == "/login/"


@pytest.mark.parametrize("change", ["password", "is_active"])
def test_a_held_login_ends_with_the_account_or_its_password(client, anna, change):
    password(client)
    anna.set_password("an0ther-word!") if change == "password" else None
    anna.is_active = change != "is_active"
    anna.save()

    assert code(client, app_code()).url == "/login/"


def test_whose_factors_were_removed_signs_in_with_the_password(client, anna):
    remove_all_factors(anna, by="ada", now=timezone.now())

    assert password(client).url == "/"


SHORT = b64encode(b"\0" * 32 + b"\x41" + b"\0" * 30).decode()  # says there is a key, and ends
CUT_OFF = {"clientDataJSON": "e30=", "authenticatorData": SHORT, "signature": "AAAA"}
NONSENSE = [
    *("", "{}", "[]", '"x"', '{"id": 1, "response": {}}', "null", "7", "[" * 15_000, '"\\u0000"'),
    json.dumps({"id": "YWJj", "rawId": "YWJj", "type": "public-key", "response": CUT_OFF}),
]


@pytest.mark.parametrize("answer", NONSENSE)
def test_nonsense_is_no_passkey(client, anna, answer):
    assert client.get("/login/passkey/").json()["publicKey"]["userVerification"] == "required"

    assert client.post("/login/passkey/", {"credential": answer}).url == "/login/"
    assert client.get("/").status_code == 302
    password(client)
    assert client.post("/login/code/", {"credential": answer}).status_code == 200
