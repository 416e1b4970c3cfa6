"""What the page Keys says about accounts with others: masked, where from, and whether it works."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from dashboard.keys import catalog
from dashboard.keys.channels import connections
from dashboard.keys.feeds import feed_accounts
from dashboard.keys.masks import Kind, shown
from delivery.channel_states import pause_channel
from delivery.models import Attempt, Callback
from markets.models import FeedHealth, FeedQuota
from tests.builders import NOON, make_delivery, make_recipient, make_symbol, make_user
from tests.processes import ROOT

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 21)
CANARIES = {
    "WHATSAPP_TOKEN": "CANARYtoken0123456789abcd",
    "WHATSAPP_APP_SECRET": "CANARYsecret0123456789efgh",
    "WHATSAPP_VERIFY_TOKEN": "CANARYword",
    "TELEGRAM_BOT_TOKEN": "7000000001:CANARYbot0123456789ijkl",
    "TELEGRAM_WEBHOOK_SECRET": "CANARYhook0123456789mnop",
    "TWELVEDATA_KEY": "CANARYtwelve0123456789qrst",
    "ALPHAVANTAGE_KEY": "CANARYalpha01",
    "SECRET_KEY": "CANARYkey0123456789-0123456789-uvwx",
    "JWT_SECRET": "CANARYjwt0123456789-0123456789-yzab",
    "FIELD_ENCRYPTION_KEY": "CANARYfield0123456789-0123456789-cd",
    "METRICS_TOKEN": "CANARYmetrics0123456789",
    "EMAIL_URL": "smtp+tls://CANARYuser:CANARYpass@mail.example.org:587/CANARYpath?q=CANARYq",
    "WHATSAPP_API_BASE": "https://CANARYrelay:CANARYpw@relay.example.org",
}
CATALOGS = ("WHATSAPP", "TELEGRAM", "EMAIL", "TWELVEDATA", "ALPHAVANTAGE", "DESK")


@pytest.fixture
def whatsapp(settings):
    settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_ID = "EAAG0123456789abcdef", "1063"
    return make_recipient()


def account(slug="whatsapp", *, today=TODAY):
    return next(each for each in connections(today=today) if each.slug == slug)


def attempt(recipient, outcome, *, at=NOON, **values):
    delivery = make_delivery(recipient=recipient, state="sent")
    facts = {"channel": recipient.channel, "outcome": outcome, "at": at, "post": delivery.post}
    return Attempt.objects.create(delivery=delivery, **facts, **values)


def test_no_secret_is_on_the_page_beyond_its_last_four_characters(client, settings):
    for name, value in CANARIES.items():
        setattr(settings, name, value)
    client.force_login(make_user("sam", "staff"))

    page = client.get("/keys/").content.decode()

    assert "CANARY" not in page
    assert "••••••abcd" in page
    assert "smtp+tls://••••••@mail.example.org:587" in page


def test_no_secret_is_in_the_representation_of_what_the_page_shows(settings):
    for name, value in CANARIES.items():
        setattr(settings, name, value)

    told = repr((connections(today=TODAY), feed_accounts(now=NOON)))

    assert "CANARY" not in told


@pytest.mark.parametrize(
    ("value", "kind", "seen"),
    [
        ("", Kind.TAIL, ""),
        ("short-secret-15", Kind.TAIL, "••••••"),
        ("0123456789abcdef", Kind.TAIL, "••••••cdef"),
        ("0123456789abcdef", Kind.WORD, "••••••"),
        ("1063", Kind.PLAIN, "1063"),
        ("consolemail://", Kind.URL, "consolemail://"),
        ("http://[broken", Kind.URL, "••••••"),
        (["+447911123456", "12345"], Kind.ADDRESSES, "+44********56, *****"),
    ],
)
def test_of_each_kind_of_setting_no_more_is_seen_than_tells_it_apart(value, kind, seen):
    assert shown(value, kind) == seen


def test_every_setting_of_an_account_is_on_the_page():
    example = (ROOT / ".env.example").read_text()
    sections = [
        part for part in example.split("\n# ---") if re.match(r" (WhatsApp|Tele|E-m|Fe)", part)
    ]
    listed = {name for part in sections for name in re.findall(r"^([A-Z_]+)=", part, re.MULTILINE)}

    described = {name for each in CATALOGS for name in getattr(catalog, each)}

    assert listed - described == {"MESSAGE_RECEIPTS"}  # not a credential


def test_each_setting_says_where_it_comes_from(settings):
    settings.SETTING_SOURCES = {"WHATSAPP_TOKEN": "file", "WHATSAPP_PHONE_ID": "environment"}
    settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_ID = "EAAG", "1063"

    sources = {setting.name: setting.source for setting in account().settings}

    assert sources["WHATSAPP_TOKEN"] == ".env file"
    assert sources["WHATSAPP_PHONE_ID"] == "environment"
    assert sources["WHATSAPP_API_VERSION"] == "default"
    assert sources["WHATSAPP_TEMPLATE"] == "not set"


def test_an_account_without_its_settings_says_which(settings):
    settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_ID = "EAAG", ""
    settings.SETTING_SOURCES = {"WHATSAPP_TOKEN": "environment"}

    state = account().state

    assert state.word == "Incomplete"
    assert account("telegram").state.word == "Not set up"
    assert "WHATSAPP_PHONE_ID" in state.advice
    assert "WHATSAPP_TOKEN" not in state.advice


def test_an_account_nobody_tried_asks_for_a_test(whatsapp):
    assert account().state.word == "Not tried yet"


def test_an_account_works_while_the_newest_post_was_accepted(whatsapp):
    attempt(whatsapp, "refused", code="131000", detail="Something went wrong")
    attempt(whatsapp, "accepted", at=NOON + timedelta(minutes=1))

    found = account()

    assert found.state.word == "Works"
    assert found.accepted_at == NOON + timedelta(minutes=1)
    assert found.refusal.text == "131000: Something went wrong"


def test_a_refusal_after_the_last_success_shows_with_what_mends_it(whatsapp):
    attempt(whatsapp, "accepted")
    attempt(whatsapp, "refused", code="133010", detail="Phone number not registered")

    found = account()

    assert found.state.word == "Last post not accepted"
    assert found.refusal.text.startswith("133010: Phone number not registered Register the number")


def test_a_paused_account_says_why_and_can_be_resumed(whatsapp, client):
    pause_channel("whatsapp", code="190", reason="190: token", probe_after=None, now=NOON)
    client.force_login(make_user("sam", "staff"))

    page = client.get("/keys/").content.decode()

    assert account().state.word == "Paused"
    assert "190: token" in page
    assert 'href="/channels/whatsapp/resume/"' in page
    assert "Test WhatsApp message" in page


def test_callbacks_say_where_to_when_last_and_what_is_missing(settings):
    settings.PUBLIC_BASE_URL = "https://desk.example.org"
    settings.WHATSAPP_APP_SECRET, settings.WHATSAPP_VERIFY_TOKEN = "s", ""
    Callback.objects.create(channel="whatsapp", digest="0" * 64, received_at=NOON)

    callbacks = account().callbacks

    assert callbacks.url == "https://desk.example.org/webhooks/whatsapp"
    assert callbacks.last_at == NOON
    assert callbacks.missing == ("WHATSAPP_VERIFY_TOKEN",)
    assert account("email").callbacks is None


@pytest.mark.parametrize(
    ("version", "today", "text"),
    [
        ("v25.0", date(2026, 11, 21), "v25.0, lives until 29 July 2028"),
        ("v21.0", date(2026, 11, 21), "v21.0, ends soon, 21 January 2027"),
        ("v19.0", date(2026, 11, 21), "v19.0, ended 21 May 2026"),
        ("v99.0", date(2026, 11, 21), "v99.0"),
    ],
)
def test_the_version_of_the_api_says_how_long_it_lives(settings, version, today, text):
    settings.WHATSAPP_API_VERSION = version

    assert dict(account(today=today).notes)["API version"] == text


def test_a_feed_says_whether_candles_come_and_what_of_its_quota_is_used(settings):
    settings.TWELVEDATA_KEY = "0123456789abcdef0123"
    symbol = make_symbol(feed="twelvedata")
    now = timezone.now()
    times = {"checked_at": now, "watched_since": now}
    FeedHealth.objects.create(
        symbol=symbol, feed="twelvedata", state="dead", trouble="Twelve Data: wrong key", **times
    )
    FeedQuota.objects.create(feed="twelvedata", day=now.date(), used=7, minute=now)

    twelve, alpha = feed_accounts(now=now)

    assert (twelve.state.word, twelve.used, twelve.per_day) == ("Candles are missing", 7, 800)
    assert twelve.symbols[0].trouble == "Twelve Data: wrong key"
    assert alpha.state.word == "Not set up"
