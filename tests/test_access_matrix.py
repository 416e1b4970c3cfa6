"""Every address answers everybody, by every method, as tests/access_matrix.py says."""

import logging

import pytest
from django.conf import settings as desk
from django.core.cache import cache
from django.db import transaction
from django.urls import resolve
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from access.models import ApiKey
from markets.models import Holiday
from tests.access_matrix import (
    ADMINS_ONLY,
    MATRIX,
    METHODS,
    Who,
    addresses,
    expected,
    outcome,
)
from tests.callers import make_callers
from tests.rich import make_rich_desk

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def values():
    return make_values()


def make_values():
    """Something for each place in an address, all of which exist."""
    rich = make_rich_desk(now=timezone.now())
    token = OutstandingToken.objects.filter(blacklistedtoken=None).get()
    ids = {f"{name}_id": value for name, value in rich.ids.items()}
    return {
        **ids,
        **{"delivery_id": rich.uncertain, "token_id": token.pk, "user_id": token.user_id},
        **{"code": "EURUSD", "recipient_id": 1},
        **{"holiday_id": Holiday.objects.values_list("pk", flat=True)[0]},
        **{"place": 0, "number": 1, "slug": "whatsapp", "prefix": ApiKey.objects.get().prefix},
        **{"live.name": "cards", "signal-part.name": "messages", "object_id": 1, "factor_id": 1},
    }


@pytest.fixture
def callers(settings):
    settings.WHATSAPP_APP_SECRET, settings.TELEGRAM_WEBHOOK_SECRET = "shared", "told"
    settings.WHATSAPP_VERIFY_TOKEN = "chosen"
    return make_callers()


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of requests, and nobody reads their log lines."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def ask(caller, method, url):
    """The answer, and no trace of it."""
    cache.clear()  # limits on how often are not what is asked here
    point = transaction.savepoint()
    answer = caller.ask(method, url)
    transaction.savepoint_rollback(point)
    return answer


def fault(address, rule, method, caller, url):
    """What is wrong with the answer of one cell; none when nothing is."""
    answer = ask(caller, method, url)
    said = outcome(answer)
    right = expected(rule.who(method), caller.standing(address, rule, method))
    if method == "head":
        right |= {"no such method"}
    if method == "options" and (answer.status_code == 404 or not answer.content):
        right |= {"let in"}  # to a list of methods, or to what is not there
    if caller.is_refused and address.is_api:
        right |= {"sign in"}
    if caller.scopes and "sign in" in right:
        right |= {"denied"}  # it is known who asks
    broke = answer.status_code >= 500 and address.name != "stream"  # which needs ASGI
    if said in right and not broke:
        return None
    return f"{method} {url} by {caller.name}: {answer.status_code} {said}, not {sorted(right)}"


def test_every_address_is_classified_and_no_other_is():
    names = {address.name for address in addresses() if not address.is_admin}

    assert names == set(MATRIX)


def test_everybody_gets_what_the_matrix_says(values, callers):
    cells = [
        (address, rule, method, caller, address.url(values))
        for address in addresses()
        if (rule := MATRIX.get(address.name))
        for method in METHODS
        for caller in (callers if rule.who(method) else strongest(callers))
    ]

    faults = [found for cell in cells if (found := fault(*cell))]
    assert not faults, "\n".join(faults)


def test_the_admin_lets_in_nobody_below_staff_and_staff_not_everywhere(values, callers):
    faults = []
    for address in filter(lambda each: each.is_admin, addresses()):
        least = Who.ADMIN if ADMINS_ONLY.match(address.name) else Who.STAFF
        url = address.url(values)
        for caller in below(least, callers):
            faults += [
                f"{method} {url} by {caller.name}: {answer.status_code}"
                for method in ("get", "post")
                if outcome(answer := ask(caller, method, url)) == "let in"
                and not is_way_out(url, answer)
            ]

    assert not faults, "\n".join(faults)


def below(least, callers):
    """A stranger, a key of the desk's writers, and the browsers of those who are less."""
    browsers = [each for each in callers if each.session and each.role < least]
    return [callers[0], next(each for each in callers if "signals:write" in each.scopes), *browsers]


def strongest(callers):
    """Who would get in if anybody did."""
    return [callers[0], *(each for each in callers if each.role == Who.ADMIN or each.scopes)]


def is_way_out(url, answer):
    """Leaving the admin is for everybody, GET is no way to leave; what is not there leads home."""
    if answer.headers.get("Location") == f"/{desk.ADMIN_PATH}" and url.endswith("/history/"):
        return True
    return resolve(url).url_name in {"logout", "login"} and answer.status_code in (302, 405)


def test_the_admin_answers_at_the_path_the_setting_names():
    assert all(each.route.startswith(desk.ADMIN_PATH) for each in addresses() if each.is_admin)
