"""Tokens for people are not the way round the second factor."""

import pytest

from access.factors.codes import TRIES
from audit.models import Event
from tests.builders import PASSWORD, app_code, make_app, make_passkey, make_user

pytestmark = pytest.mark.django_db


def ask(client, **more):
    body = {"username": "anna", "password": PASSWORD, **more}
    return client.post("/api/auth/token", body, content_type="application/json")


def refused(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_the_password_alone_gets_no_token(client):
    make_app(make_user())

    answer = ask(client)

    assert refused(answer) == (401, "MFA_CODE_NEEDED")
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert not Event.objects.filter(kind="login.ok").exists()


def test_with_a_code_of_the_app_or_a_recovery_code_it_does(client):
    codes = make_app(make_user())

    assert ask(client, code=app_code()).status_code == 200
    assert ask(client, code=codes[0]).status_code == 200


def test_a_code_gets_one_token(client):
    make_app(make_user())
    typed = app_code()
    ask(client, code=typed)

    assert refused(ask(client, code=typed)) == (401, "MFA_CODE_WRONG")


def test_a_code_without_the_password_says_nothing_about_the_code(client):
    make_app(make_user())

    assert refused(ask(client, password="wrong", code=app_code())) == (401, "NO_ACTIVE_ACCOUNT")


def test_codes_cannot_be_guessed_and_the_answer_says_how_long_to_wait(client):
    make_app(make_user())
    for try_ in range(TRIES):
        address = {"REMOTE_ADDR": f"10.0.0.{try_}"}
        body = {"username": "anna", "password": PASSWORD, "code": "000000"}
        client.post("/api/auth/token", body, content_type="application/json", **address)

    answer = ask(client, code=app_code())

    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 900


def test_passkeys_alone_are_no_use_to_a_script_and_it_is_told_what_is(client):
    make_passkey(make_user())

    answer = ask(client)

    assert refused(answer) == (403, "MFA_PASSKEY_ONLY")
    assert "API key" in answer.json()["error"]["message"]


def test_who_has_no_factor_needs_no_code(client):
    make_user()

    assert ask(client).status_code == 200
