"""Every address answers every role as tests/access_matrix.py says."""

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import resolve
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from access.models import ApiKey
from markets.models import Holiday
from tests.access_matrix import MATRIX, Who, addresses, expected, outcome
from tests.builders import make_user
from tests.rich import make_rich_desk

pytestmark = pytest.mark.django_db
ROLES = {Who.VIEWER: "viewer", Who.STAFF: "staff", Who.ADMIN: "admin"}


@pytest.fixture
def values():
    """Something for each place in an address, all of which exist."""
    rich = make_rich_desk(now=timezone.now())
    token = OutstandingToken.objects.filter(blacklistedtoken=None).get()
    ids = {f"{name}_id": value for name, value in rich.ids.items()}
    return {
        **ids,
        **{"delivery_id": rich.uncertain, "token_id": token.pk, "user_id": token.user_id},
        **{"code": "EURUSD", "holiday_id": Holiday.objects.values_list("pk", flat=True)[0]},
        **{"number": 1, "slug": "whatsapp", "prefix": ApiKey.objects.get().prefix},
        **{"live.name": "cards", "signal-part.name": "messages", "object_id": 1},
    }


@pytest.fixture
def sessions():
    """The session of somebody in each role; none for a stranger."""
    found = {Who.ANYBODY: None}
    for who, role in ROLES.items():
        client = Client()
        client.force_login(make_user(f"m-{role}", role))
        found[who] = client.cookies["sessionid"].value
    return found


def ask(method, url, session):
    """The answer, and no trace of it."""
    client = Client(raise_request_exception=False)
    if session:
        client.cookies["sessionid"] = session
    cache.clear()  # limits on how often are not what is asked here
    point = transaction.savepoint()
    answer = getattr(client, method)(url)
    transaction.savepoint_rollback(point)
    return answer


def test_every_address_is_classified_and_no_other_is():
    names = {address.name for address in addresses() if not address.is_admin}

    assert names == set(MATRIX)


def test_every_role_gets_what_the_matrix_says(values, sessions, subtests):
    for address in addresses():
        rule = MATRIX.get(address.name)
        for method in ("get", "post") if rule else ():
            for role, session in sessions.items():
                with subtests.test(f"{method} {address.name} as {role.name}"):
                    answer = ask(method, address.url(values), session)
                    assert (
                        answer.status_code in range(200, 500)
                        or address.name == "stream"
                        or address.name == "stream"
                    )  # needs ASGI
                    assert outcome(answer) in expected(getattr(rule, method), role)


def test_the_admin_lets_in_nobody_below_staff(values, sessions, subtests):
    for address in addresses():
        for method in ("get", "post") if address.is_admin else ():
            for role in (Who.ANYBODY, Who.VIEWER):
                url = address.url(values)
                with subtests.test(f"{method} {url} as {role.name}"):
                    answer = ask(method, url, sessions[role])
                    assert outcome(answer) in {"sign in", "denied"} or is_way_out(url, answer)


def is_way_out(url, answer):
    """Leaving the admin is for everybody, and GET is no way to leave."""
    return resolve(url).url_name in {"logout", "login"} and answer.status_code in (302, 405)
