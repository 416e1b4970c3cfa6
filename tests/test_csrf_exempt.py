"""Which views take a write without the token of the desk's own forms."""

import pytest
from django.urls import URLResolver, get_resolver

from access.authentication import (
    ApiKeyAuthentication,
    PageSessionAuthentication,
    PersonTokenAuthentication,
)

SIGNED = {"webhook-whatsapp", "webhook-telegram"}
CHANGES_NOTHING = {"health", "metrics", "api-unknown", "feed", "stream"}
ASKS_WHO = {ApiKeyAuthentication, PersonTokenAuthentication, PageSessionAuthentication}


def views(resolver=None):
    """Each view of the desk with its name, whatever includes it."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        else:
            yield pattern.name, pattern.callback


def exempt_views():
    return [(name, view) for name, view in views() if getattr(view, "csrf_exempt", False)]


def test_only_signed_callbacks_and_what_changes_nothing_are_exempt():
    exempt = {name for name, view in exempt_views() if not hasattr(view, "cls")}

    assert len(list(views())) > 150  # the walk reaches what is included
    assert exempt - CHANGES_NOTHING == SIGNED


def test_every_view_of_the_api_that_knows_sessions_asks_for_the_token_itself():
    """REST framework exempts its views; its session authentication asks (test_wrong_doors)."""
    asked = [set(view.cls.authentication_classes) for _, view in exempt_views() if is_api(view)]

    assert len(asked) > 30
    assert all(classes <= ASKS_WHO for classes in asked)


def is_api(view):
    return hasattr(view, "cls")


@pytest.mark.parametrize("name", ["health", "metrics"])
@pytest.mark.django_db
def test_what_changes_nothing_takes_no_write(client, name):
    path = {"health": "/api/health", "metrics": "/metrics"}[name]

    answers = [getattr(client, verb)(path) for verb in ("post", "put", "patch", "delete")]

    assert {answer.status_code for answer in answers} == {405}
