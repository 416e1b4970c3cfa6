"""Hundreds of tries at what is somebody else's to do: none succeeds and no row changes."""

import json
import logging
import random
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.access_matrix import MATRIX, Who, addresses
from tests.callers import make_callers
from tests.test_access_matrix import make_values

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SEED, TRIES = 20261121, 600
WRITTEN_BY_REFUSALS = {"audit", "axes", "sessions"}
WANTED = {"is_staff": True, "is_superuser": True, "role": "admin", "groups": [1], "id": 1}
BODY = json.dumps({**WANTED, "enabled": False, "reason": "mine", "scopes": ["signals:write"]})
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
FOREIGN = {"Origin": "https://evil.example.org", "Referer": "https://evil.example.org/desk"}


@dataclass(frozen=True)
class Trick:
    """A way to ask that a guard might not have thought of."""

    name: str
    path: str = "{}"
    headers: dict[str, str] = field(default_factory=dict)
    method: str = ""  # instead of the one the door has
    kind: str = JSON
    body: str = BODY

    def send(self, caller, method, url):
        path = self.path.format(url, rest=url.lstrip("/"), shout=url.upper())
        sent = {} if method == "get" else {"data": self.body, "content_type": self.kind}
        return caller.ask(self.method or method, path, extra=self.headers, sent=sent)


def overriding(name, **values):
    return [Trick(f"{name} {verb}", **values, headers={name: verb}) for verb in ("PATCH", "GET")]


TRICKS = [
    Trick("as it is"),
    Trick("double slash", "//{rest}"),
    Trick("dot", "/./{rest}"),
    Trick("up and down", "/api/health/../{rest}"),
    Trick("encoded up", "/api/health/%2e%2e/{rest}"),
    Trick("semicolon", "/api/health/..;/{rest}"),
    Trick("encoded slash", "/%2f{rest}"),
    Trick("trailing dot", "{}."),
    Trick("trailing slash", "{}/"),
    Trick("trailing nul", "{}%00"),
    Trick("parameters", "{};role=admin"),
    Trick("shouted", "{shout}"),
    Trick("query of rights", "{}?role=admin&is_staff=1&user_id=1&scope=signals:write"),
    Trick("query method", "{}?_method=PATCH"),
    *overriding("X-HTTP-Method-Override", method="post"),
    *overriding("X-Method-Override", method="post"),
    Trick("form method", method="post", kind=FORM, body="_method=PATCH&is_staff=1&role=admin"),
    Trick("form body", kind=FORM, body="enabled=false&is_superuser=on&confirm=yes"),
    Trick("plain text", kind="text/plain"),
    Trick("no type", kind=""),
    Trick("another path", headers={"X-Original-URL": "/api/health", "X-Rewrite-URL": "/"}),
    Trick("another user", headers={"X-Forwarded-User": "m-admin", "Remote-User": "m-admin"}),
    Trick("another host", headers={"X-Forwarded-Host": "127.0.0.1", "X-Forwarded-For": "::1"}),
    Trick("htmx", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/keys/"}),
    Trick("another site", headers=FOREIGN),
    Trick("another key", headers={"X-Api-Key": "AAAAAAAA." + "A" * 32}),
]


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def desk(settings):
    """Places, callers, and the rows before anybody tries."""
    settings.WHATSAPP_APP_SECRET = settings.TELEGRAM_WEBHOOK_SECRET = "told"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return make_values(), make_callers(), rows()


def rows() -> dict[str, Any]:
    """Every row, but for what refusals and uses themselves write."""
    kept = [m for m in apps.get_models() if m._meta.app_label not in WRITTEN_BY_REFUSALS]
    models = [model for model in kept if model._meta.managed]
    return {model._meta.label: sorted(map(repr, columns(model))) for model in models}


def columns(model):
    names = [each.attname for each in model._meta.concrete_fields if each.name != "last_used_at"]
    return model._base_manager.values_list(*names)


def staff_doors(values):
    """What only staff or admins may do: method and address."""
    for address in addresses():
        rule = MATRIX.get(address.name)
        whos = [rule.who(m) for m in ("get", "post", "put", "patch", "delete")] if rule else []
        if whos and min((who for who in whos if who is not None), default=Who.VIEWER) >= Who.STAFF:
            for method in ("get", "post", "put", "patch", "delete"):
                if rule.who(method) in (Who.STAFF, Who.ADMIN):
                    yield method, address, rule


def succeeded(answer):
    return 200 <= answer.status_code < 300


def test_hundreds_of_tries_at_what_staff_may_do_all_fail(desk):
    values, callers, before = desk
    tries = [
        (method, address.url(values), caller, trick)
        for method, address, rule in staff_doors(values)
        for caller in callers
        if caller.standing(address, rule, method) < Who.STAFF
        for trick in TRICKS
    ]

    chosen = random.Random(SEED).sample(tries, TRIES)
    got_in = [each for each in chosen if succeeded(knock(*each))]

    assert not got_in
    assert rows() == before


def knock(method, url, caller, trick):
    cache.clear()
    return trick.send(caller, method, url)


ADMIN_DOORS = [
    "/admin/auth/user/",
    "/admin/auth/user/add/",
    "/admin/auth/user/{user}/change/",
    "/admin/auth/user/{user}/password/",
    "/admin/auth/user/{user}/delete/",
    "/admin/auth/group/{group}/change/",
    "/admin/auth/group/add/",
    "/admin/access/apikey/add/",
    "/admin/access/apikey/",
    "/admin/audit/event/{event}/change/",
    "/admin/audit/event/{event}/delete/",
    "/admin/audit/event/add/",
    "/admin/token_blacklist/outstandingtoken/",
]
PROMOTIONS = [
    {"is_superuser": "on", "is_staff": "on", "role": "admin", "username": "m-staff"},
    {"groups": "1", "user_permissions": "1", "_save": "Save"},
    {"action": "delete_selected", "_selected_action": "1", "post": "yes"},
    {"password1": "an0ther-word!", "password2": "an0ther-word!", "usable_password": "true"},
]


def test_staff_get_no_further_than_staff_in_the_admin(desk):
    values, callers, before = desk
    ids = {"user": User.objects.get(username="m-admin").pk, "group": Group.objects.all()[0].pk}
    doors = [door.format(**ids, event=values["event_id"]) for door in ADMIN_DOORS]
    intruders = [each for each in callers if each.role < Who.ADMIN and (each.session or each.role)]

    answers = [
        caller.ask(method, door, sent={"data": promotion})
        for door in doors
        for caller in intruders
        for promotion in PROMOTIONS
        for method in ("get", "post")
    ]

    assert len(answers) > 300
    assert not [answer for answer in answers if succeeded(answer)]
    assert rows() == before


def test_nobody_ends_the_tokens_of_somebody_else(desk):
    values, callers, before = desk
    browsers = [each for each in callers if each.session and each.role < Who.STAFF]
    others = OutstandingToken.objects.values_list("pk", flat=True)

    for caller in [callers[0], *browsers]:
        for number in [*others, 0, -1, 2**63, "1e3", "1%00", "../1"]:
            for sent in ({}, {"owner": "1", "user_id": values["user_id"]}):
                url = f"/profile/tokens/{number}/revoke/"
                assert not succeeded(caller.ask("post", url, sent={"data": sent}))

    assert rows() == before


def test_nobody_makes_themselves_more_by_what_a_form_does_not_ask(desk):
    viewer = next(each for each in desk[1] if each.session and each.role == Who.VIEWER)
    before = User.objects.filter(username="m-viewer").values().get()

    for url in ("/profile/", "/profile/password/", "/theme/", "/login/"):
        viewer.ask("post", url, sent={"data": {**WANTED, "theme": "dark", "user_id": 1}})

    after = User.objects.filter(username="m-viewer").values().get()
    assert after == before
    assert [group.name for group in User.objects.get(username="m-viewer").groups.all()] == [
        "viewer"
    ]


def test_a_browser_writes_nothing_without_the_token_of_its_forms(desk):
    values, callers, before = desk
    admin = next(each for each in callers if each.session and each.role == Who.ADMIN)
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    browser.cookies["sessionid"] = admin.session
    writes = list(writes_of_people(values))

    for method, url in writes:
        for headers in ({}, FOREIGN, {"Sec-Fetch-Site": "cross-site"}):
            sent = {"data": BODY, "content_type": JSON, "headers": headers}
            assert getattr(browser, method)(url, **sent).status_code == 403, f"{method} {url}"

    assert len(writes) >= 30
    assert rows() == before


def writes_of_people(values):
    """Method and address of all that a session may write."""
    for address in addresses():
        rule = MATRIX.get(address.name)
        for method in ("post", "put", "patch", "delete") if rule else ():
            if rule.who(method) in (Who.VIEWER, Who.STAFF, Who.ADMIN):
                yield method, address.url(values)
