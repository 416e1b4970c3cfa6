"""Walking the desk link by link, as a reader of its pages would: what each role gets to see."""

import re
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import cache

import pytest
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import timezone
from rest_framework_simplejwt.token_blacklist.models import OutstandingToken

from tests.access_matrix import MATRIX, Who
from tests.builders import make_user
from tests.rich import PHONE, make_rich_desk

pytestmark = pytest.mark.django_db
SECRETS = (
    "WHATSAPP_TOKEN",
    "WHATSAPP_APP_SECRET",
    "WHATSAPP_VERIFY_TOKEN",
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_WEBHOOK_SECRET",
    "ALPHAVANTAGE_KEY",
    "TWELVEDATA_KEY",
    "METRICS_TOKEN",
)
PER_VIEW = 2  # pages looked at of each kind
FOLLOWED = re.compile(r'(href|hx-get|data-live-url|src)="(/[^"#]*)')
SENT_TO = re.compile(r'(action|formaction|hx-post|hx-delete|hx-put)="(/[^"#]*)')
GET_FORM = re.compile(r'<form[^>]*method="get"[^>]*>', re.IGNORECASE)


@dataclass
class Walk:
    """The pages found, and where each leads."""

    pages: dict[str, str] = field(default_factory=dict)
    followed: set[str] = field(default_factory=set)
    sent_to: set[str] = field(default_factory=set)


@pytest.fixture
def walk(settings):
    """Follow links from the Overview as somebody in `role`."""
    for name in SECRETS:
        setattr(settings, name, canary(name))
    make_rich_desk(now=timezone.now())

    def go(role):
        client = Client()
        client.force_login(make_user(f"w-{role}", role))
        return follow(client, "/")

    return go


def canary(name):
    return f"canary-{name.lower()}-0123456789abcdef"


def follow(client, start):
    found, waiting, seen = Walk(), deque([start]), Counter()
    while waiting:
        url = waiting.popleft()
        name = view_of(url)
        if url in found.pages or name is None or seen[name] >= PER_VIEW:
            continue
        seen[name] += 1
        answer = client.get(url, follow=True)
        assert answer.status_code < 400, (url, answer.status_code)
        found.pages[url] = text = b"".join(answer).decode()
        links = {link.replace("&amp;", "&") for _, link in FOLLOWED.findall(text)}
        found.followed |= links
        found.sent_to |= {link for _, link in SENT_TO.findall(GET_FORM.sub("", text))}
        waiting.extend(sorted(links))
    return found


@cache  # most links are on every page
def view_of(url):
    """The name of what answers the address; None for files and what the desk does not know."""
    try:
        return resolve(url.partition("?")[0]).view_name
    except Resolver404:
        return None


@pytest.mark.once
def test_a_viewer_is_led_nowhere_and_shown_nothing_that_is_for_staff(walk):
    seen = walk("viewer")

    assert len(seen.pages) > 20
    for url in seen.followed:
        assert (name := view_of(url)) is None or allowed(name, "get"), url
    for url in seen.sent_to:
        assert allowed(view_of(url), "post"), url
    assert not [url for url, text in seen.pages.items() if PHONE in text or PHONE[1:] in text]


def allowed(name, method):
    rule = MATRIX.get(name)
    who = getattr(rule, method) if rule else None
    return who is not None and who <= Who.VIEWER


@pytest.mark.parametrize(
    "role", [*(pytest.param(role, marks=pytest.mark.once) for role in ("viewer", "staff")), "admin"]
)
def test_no_page_shows_a_secret(walk, role):
    seen = walk(role)
    tokens = OutstandingToken.objects.values_list("token", flat=True)

    for secret in [*map(canary, SECRETS), *tokens]:
        assert not [url for url, text in seen.pages.items() if secret in text], secret
