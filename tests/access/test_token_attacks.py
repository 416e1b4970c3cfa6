"""Tokens as a thief or a forger would use them: beyond what tests/access/test_tokens.py asks."""

from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from json import dumps
from threading import Barrier

import jwt
import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as desk
from django.db import connection
from django.test import Client
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from rest_framework_simplejwt.tokens import AccessToken

from access.roles import set_role
from audit.models import Event
from tests.access.test_tokens import ask, forged, login, post
from tests.builders import make_user

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


def unsigned(user, *, algorithm, signature=""):
    """A token that says it needs no signature."""
    payload = dict(AccessToken.for_user(user).payload)
    parts = ({"alg": algorithm, "typ": "JWT"}, payload)
    coded = [urlsafe_b64encode(dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*coded, signature])


def with_header(user, key=desk.JWT_SECRET, algorithm="HS256", **header):
    payload = dict(AccessToken.for_user(user).payload)
    return jwt.encode(payload, key, algorithm=algorithm, headers=header)


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", "HS256", "null"])
@pytest.mark.parametrize("signature", ["", "e30", "AAAA"])
def test_a_token_without_a_real_signature_is_refused(client, algorithm, signature):
    token = unsigned(make_user(), algorithm=algorithm, signature=signature)

    assert ask(client, token).status_code == 401


@pytest.mark.parametrize(
    "key",
    [desk.FIELD_ENCRYPTION_KEY, desk.SECRET_KEY, "EURUSD" * 8, desk.JWT_SECRET + " ", "a" * 64],
)
def test_no_other_secret_signs_a_token(client, key):
    assert ask(client, forged(make_user(), key=key)).status_code == 401


@pytest.mark.parametrize("name", ["kid", "jku", "jwk", "x5u", "x5c"])
def test_a_header_cannot_name_the_key(client, name):
    url = "https://evil.example.org/keys.json"
    token = with_header(make_user(), key="attacker's own key of thirty-two bytes", **{name: url})

    assert ask(client, token).status_code == 401


def test_a_header_that_names_a_key_changes_nothing_for_a_good_token(client):
    assert ask(client, with_header(make_user(), kid="../../dev/null")).status_code == 200


def test_a_token_signed_with_a_private_key_is_refused(client):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    assert ask(client, with_header(make_user(), key=key, algorithm="RS256")).status_code == 401


@pytest.mark.parametrize(
    "claims",
    [
        {"nbf": 4_000_000_000},
        {"token_type": "sliding"},
        {"token_type": None},
        {"user_id": None},
        *(
            {"user_id": odd}
            for odd in ({}, {"id": 1}, [1], [], "inf", "NaN", "1 OR 1=1", "1\0", "")
        ),
        *({"user_id": odd} for odd in (True, 1.5, -1, 10**30, "9" * 50, "\ud800", "anna", "")),
        {"exp": "never"},
        {"exp": None},
        {"jti": None},
    ],
    ids=str,
)
def test_odd_claims_are_refused_and_break_nothing(client, claims):
    assert ask(client, forged(make_user(), **claims)).status_code == 401


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é.é.é", "x" * 20_000, "\\x00.\\x00."])
def test_what_is_no_token_is_refused(client, text):
    assert ask(client, text).status_code == 401


def test_an_old_token_of_the_demoted_runs_nothing(client):
    user = make_user("anna", "admin")
    tokens = login(client).json()
    set_role(user, "viewer")

    answer = client.post("/api/staff", headers={"Authorization": f"Bearer {tokens['access']}"})
    renewed = post(client, "refresh", refresh=tokens["refresh"]).json()

    assert answer.status_code == 403
    assert AccessToken(renewed["access"])["role"] == "viewer"


def test_a_new_account_of_an_old_name_does_not_inherit_its_tokens(client):
    user = make_user("anna", "admin")
    tokens = login(client).json()
    user.delete()
    make_user("anna", "admin")

    assert ask(client, tokens["access"]).status_code == 401
    assert post(client, "refresh", refresh=tokens["refresh"]).status_code == 401


def test_a_used_token_that_comes_back_ends_its_login_and_no_other(client):
    make_user("anna")
    with time_machine.travel(START, tick=False) as clock:
        stolen, elsewhere = (login(client).json()["refresh"] for _ in range(2))
        current = post(client, "refresh", refresh=stolen).json()["refresh"]
        clock.shift(timedelta(seconds=11))
        again = post(client, "refresh", refresh=stolen)
        after = [post(client, "refresh", refresh=token) for token in (current, elsewhere)]

    assert again.status_code == 401
    assert [answer.status_code for answer in after] == [401, 200]
    assert Event.objects.get(kind="token.reused").actor == "anna"


def test_the_rows_of_the_database_hold_no_token_that_works(client):
    make_user("anna")
    first = login(client).json()["refresh"]
    second = post(client, "refresh", refresh=first).json()["refresh"]

    kept = list(OutstandingToken.objects.values_list("token", flat=True))

    assert {first, second}.isdisjoint(kept)
    assert [post(client, "refresh", refresh=text).status_code for text in kept] == [401, 401]


def test_a_client_that_refreshes_twice_at_once_stays_in(client):
    make_user("anna")
    with time_machine.travel(START, tick=False) as clock:
        first = login(client).json()["refresh"]
        second = post(client, "refresh", refresh=first).json()["refresh"]
        clock.shift(timedelta(seconds=9))
        again = post(client, "refresh", refresh=first)

        assert again.status_code == 401
        assert post(client, "refresh", refresh=second).status_code == 200
    assert not Event.objects.filter(kind="token.reused").exists()


def test_a_forged_family_ends_nothing(client):
    user = make_user("anna")
    with time_machine.travel(START, tick=False) as clock:
        mine = login(client).json()["refresh"]
        used = jwt.decode(mine, options={"verify_signature": False, "verify_exp": False})
        post(client, "refresh", refresh=mine)
        clock.shift(timedelta(minutes=1))
        fake = jwt.encode(used, "attacker's own key of thirty-two bytes", algorithm="HS256")
        post(client, "refresh", refresh=fake)

    assert BlacklistedToken.objects.filter(token__user=user).count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_eight_refreshes_at_once_one_gets_a_new_pair():
    make_user("anna")
    token = login(Client()).json()["refresh"]
    gate = Barrier(8)

    def refresh(_):
        try:
            client = Client(raise_request_exception=False)
            gate.wait(timeout=20)
            return post(client, "refresh", refresh=token).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(refresh, range(8)))

    assert statuses == [200] + [401] * 7
