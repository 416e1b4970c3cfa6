from datetime import timedelta

import pytest
from django.utils import timezone

from access.models import ApiKey
from audit.models import Event
from tests.builders import make_key, make_user

pytestmark = pytest.mark.django_db


def push(client, key):
    headers = {"Authorization": f"Api-Key {key}"}
    return client.post("/api/candles", {}, content_type="application/json", headers=headers)


def test_a_key_with_the_scope_gets_in_by_either_header(client):
    key, text = make_key("candles:write")

    by_scheme = push(client, text)
    by_header = client.post(
        "/api/candles", {}, content_type="application/json", headers={"X-Api-Key": text}
    )

    assert by_scheme.status_code == by_header.status_code == 200
    assert ApiKey.objects.get(pk=key.pk).last_used_at is not None


def test_a_view_sees_the_key_and_a_principal_without_rights_of_its_own(client):
    key, text = make_key("signals:read")

    answer = client.get("/api/public", headers={"X-Api-Key": text})

    assert answer.json() == {"user": f"key:{key.prefix}", "auth": "script"}


@pytest.mark.parametrize("text", ["", "x", "a.b", "Abcdefgh." + "x" * 32, "ü" * 41, "a" * 9000])
def test_a_wrong_key_is_refused_and_logged(client, text):
    make_key("candles:write")

    answer = push(client, text)

    assert answer.status_code == 401
    assert answer.json()["error"]["code"] == "KEY_NOT_VALID"
    assert "Api-Key" in answer.headers["WWW-Authenticate"]
    assert Event.objects.get(kind="access.refused").payload["path"] == "/api/candles"


def test_a_right_prefix_with_a_wrong_secret_is_refused(client):
    key, _ = make_key("candles:write")

    assert push(client, f"{key.prefix}.{'x' * 32}").status_code == 401


def test_revoked_and_expired_keys_get_the_same_answer_as_wrong_ones(client):
    _, revoked = make_key("candles:write", revoked=True)
    _, expired = make_key("candles:write", expiry_date=timezone.now() - timedelta(seconds=1))

    answers = [push(client, text) for text in (revoked, expired, "wrong")]

    assert [answer.status_code for answer in answers] == [401, 401, 401]
    assert len({answer.content for answer in answers}) == 1


def test_a_key_without_the_scope_is_refused_by_name(client):
    key, text = make_key("signals:read")

    answer = push(client, text)

    assert answer.status_code == 403
    assert "candles:write" in answer.json()["error"]["message"]
    event = Event.objects.get(kind="access.refused")
    assert event.actor == f"key:{key.prefix}"
    assert text not in str(event.payload)


def test_a_key_does_not_borrow_the_rights_of_a_logged_in_admin(client):
    client.force_login(make_user("boss", "admin"))
    _, text = make_key("signals:read")

    assert push(client, text).status_code == 403


def test_a_session_needs_the_csrf_token_on_the_api(client):
    strict = type(client)(enforce_csrf_checks=True, raise_request_exception=False)
    strict.force_login(make_user("anna", "staff"))

    answer = strict.post("/api/staff")

    assert answer.status_code == 403
    assert "CSRF" in answer.json()["error"]["message"]
