from datetime import UTC, datetime, timedelta

import jwt
import pytest
import time_machine
from django.conf import settings as desk
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from access.roles import set_role
from access.tasks import forget_expired_tokens
from access.tokens import InvalidToken, use_up
from audit.models import Event
from tests.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def post(client, path, **body):
    return client.post(f"/api/auth/{path}", body, content_type="application/json")


def login(client, username="anna", password=PASSWORD, **extra):
    body = {"username": username, "password": password}
    return client.post("/api/auth/token", body, content_type="application/json", **extra)


def ask(client, token):
    return client.get("/api/public", headers={"Authorization": f"Bearer {token}"})


def forged(user, *, key=desk.JWT_SECRET, algorithm="HS256", **claims):
    """A token as somebody else might write it."""
    payload = dict(AccessToken.for_user(user).payload) | claims
    return jwt.encode(payload, key, algorithm=algorithm)


def test_a_login_gives_tokens_with_the_role_and_is_logged(client):
    make_user("anna", "staff")

    answer = login(client)

    assert answer.status_code == 200
    claims = jwt.decode(answer.json()["access"], desk.JWT_SECRET, algorithms=["HS256"])
    assert claims["role"] == "staff"
    assert ask(client, answer.json()["access"]).json()["user"] == "anna"
    assert Event.objects.filter(kind="login.ok", actor="anna").count() == 1


def test_the_role_in_a_token_is_for_reading_only(client):
    user = make_user("anna", "staff")
    token = login(client).json()["access"]

    set_role(user, "viewer")

    answer = client.post("/api/staff", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_a_wrong_password_is_refused_logged_and_says_nothing_about_the_account(client):
    make_user()

    wrong, nobody = login(client, password="no"), login(client, username="nobody")

    assert wrong.status_code == nobody.status_code == 401
    assert wrong.json() == nobody.json()
    assert wrong.json()["error"]["code"] == "NO_ACTIVE_ACCOUNT"
    assert Event.objects.filter(kind="login.failed", text="Login as anna failed").count() == 1


def test_a_name_nobody_has_is_not_repeated_in_the_log(client):
    client.post("/api/auth/token", {"username": "hunter2", "password": "x"}, "application/json")

    event = Event.objects.get(kind="login.failed")
    assert event.text == "Login as somebody unknown failed"
    assert "hunter2" not in str(event.payload)


@pytest.mark.parametrize(
    "attack",
    [
        {"algorithm": "none", "key": None},
        {"key": "another-key-of-thirty-two-bytes-or-more"},
        {"key": desk.SECRET_KEY},
        {"algorithm": "HS384"},
        {"exp": 1_700_000_000},
        {"token_type": "refresh"},
        {"user_id": "999999"},
        {"hash_password": "0" * 32},
    ],
    ids=lambda attack: "-".join(attack),
)
def test_a_forged_token_is_refused(client, attack):
    token = forged(make_user(), **attack)

    answer = ask(client, token)

    assert answer.status_code == 401
    assert set(answer.json()["error"]) == {"code", "message", "details"}


def test_the_forger_of_these_tests_can_write_a_token_that_works(client):
    assert ask(client, forged(make_user())).status_code == 200


def test_a_deactivated_user_is_out_at_once(client):
    user = make_user()
    tokens = login(client).json()

    user.is_active = False
    user.save()

    assert ask(client, tokens["access"]).status_code == 401
    assert post(client, "refresh", refresh=tokens["refresh"]).status_code == 401
    assert login(client).status_code == 401


def test_a_new_password_ends_old_tokens(client):
    user = make_user()
    tokens = login(client).json()

    user.set_password("an0ther-word!")
    user.save()

    assert ask(client, tokens["access"]).status_code == 401
    assert post(client, "refresh", refresh=tokens["refresh"]).status_code == 401


def test_a_deleted_user_cannot_refresh(client):
    user = make_user()
    refresh = login(client).json()["refresh"]
    user.delete()

    assert post(client, "refresh", refresh=refresh).status_code == 401


def test_a_refresh_token_works_once_and_carries_the_role_of_now(client):
    user = make_user("anna", "staff")
    first = login(client).json()["refresh"]
    set_role(user, "viewer")

    second = post(client, "refresh", refresh=first)
    again = post(client, "refresh", refresh=first)

    assert second.status_code == 200
    assert AccessToken(second.json()["access"])["role"] == "viewer"
    assert again.status_code == 401
    assert again.json()["error"]["code"] == "TOKEN_NOT_VALID"


def test_of_two_requests_with_one_refresh_token_only_one_gets_through(client):
    """The second read the token before the first used it up."""
    token = str(RefreshToken.for_user(make_user()))
    first, second = RefreshToken(token), RefreshToken(token)
    use_up(first)

    with pytest.raises(InvalidToken):
        use_up(second)


def test_an_access_token_cannot_refresh_and_an_expired_one_neither(client):
    user = make_user()
    expired = RefreshToken.for_user(user)
    expired.set_exp(lifetime=-timedelta(seconds=1))

    assert post(client, "refresh", refresh=str(expired)).status_code == 401
    assert post(client, "refresh", refresh=str(AccessToken.for_user(user))).status_code == 401


def test_after_logout_the_refresh_token_is_dead(client):
    make_user()
    refresh = login(client).json()["refresh"]

    assert post(client, "logout", refresh=refresh).status_code == 204
    assert post(client, "refresh", refresh=refresh).status_code == 401
    assert post(client, "logout", refresh=refresh).status_code == 401


def test_ten_wrong_passwords_lock_this_address_out_and_nobody_else(client, settings):
    settings.REST_FRAMEWORK = {
        **settings.REST_FRAMEWORK,
        "DEFAULT_THROTTLE_RATES": {"public": "99/min", "token": "99/min", "write": "99/min"},
    }
    make_user()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        last = login(client, password="no")

    assert last.status_code == 429
    assert int(last.headers["Retry-After"]) == 15 * 60
    assert last.json()["error"]["code"] == "LOCKED_OUT"
    assert login(client).status_code == 429
    assert login(client, HTTP_X_FORWARDED_FOR="203.0.113.9").status_code == 429
    assert login(client, REMOTE_ADDR="203.0.113.7").status_code == 200
    assert Event.objects.filter(kind="login.locked").exists()


def test_trying_on_while_locked_out_does_not_make_it_longer(client, settings):
    make_user()
    start = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
    with time_machine.travel(start, tick=False) as clock:
        for n in range(settings.AXES_FAILURE_LIMIT + 5):
            clock.move_to(start + timedelta(minutes=n))
            login(client, password="no")
        clock.move_to(start + timedelta(minutes=9 + 14))
        too_early = login(client).status_code
        clock.move_to(start + timedelta(minutes=9 + 16))
        after = login(client).status_code

    assert (too_early, after) == (429, 200)


def test_expired_refresh_tokens_are_forgotten_daily():
    user = make_user()
    RefreshToken.for_user(user)
    with time_machine.travel(datetime(2020, 1, 1, tzinfo=UTC)):
        RefreshToken.for_user(user)

    forget_expired_tokens()

    assert OutstandingToken.objects.count() == 1


def test_a_right_password_takes_earlier_mistakes_back(client, settings):
    make_user()
    for _ in range(4):
        login(client, password="no")
    login(client)
    for _ in range(4):
        login(client, password="no")

    assert login(client).status_code == 200
