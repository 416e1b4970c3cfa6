"""Every list and record of Admin: who opens it, in how many queries, and what leads where."""

import re
from datetime import date

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from audit.lists import DeskAdmin
from dashboard.templatetags.admin_dates import choices, way_back
from delivery.models import Message
from forexsignals import urls  # noqa: F401  it registers every page
from signals.models import Signal
from tests.builders import make_user
from tests.rich import make_rich_desk

MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
FOR_ADMINS = {"audit", "auth", "axes", "token_blacklist", "access"}
MOST_QUERIES = 24  # of a list: session, user, permissions, banner, filters, rows
pytestmark = pytest.mark.django_db


@pytest.fixture
def rich():
    return make_rich_desk(now=timezone.now())


@pytest.fixture
def as_role(rich):
    def sign_in(role):
        client = Client()
        client.force_login(make_user(f"a-{role}", role))
        return client

    return sign_in


def list_url(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def record_url(row):
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def test_a_list_opens_for_its_roles_alone(as_role, subtests):
    admin_, staff, viewer = map(as_role, ("admin", "staff", "viewer"))

    for model in MODELS:
        with subtests.test(model=model._meta.label):
            expected = 403 if model._meta.app_label in FOR_ADMINS else 200
            assert admin_.get(list_url(model)).status_code == 200
            assert staff.get(list_url(model)).status_code == expected
            assert viewer.get(list_url(model), follow=True).status_code == 403


def test_a_list_has_rows_and_asks_for_them_in_few_queries(as_role, subtests):
    client = as_role("admin")

    for model in MODELS:
        with subtests.test(model=model._meta.label):
            client.get(list_url(model))
            with CaptureQueriesContext(connection) as queries:
                page = client.get(list_url(model))
            assert page.context["cl"].result_count, "the rich desk has no such row"
            assert len(queries) <= MOST_QUERIES, [query["sql"][:120] for query in queries]


@pytest.mark.long
def test_a_record_opens_and_all_its_links_lead_somewhere(as_role, subtests):
    client, seen = as_role("admin"), set()

    for model in MODELS:
        with subtests.test(model=model._meta.label):
            page = client.get(record_url(model._default_manager.first()))
            assert page.status_code == 200
            for url in links_of(page) - seen:
                assert client.get(url).status_code in (200, 302, 405), url
            seen |= links_of(page)


def links_of(page):
    """The addresses within the desk that a page leads to, files left out."""
    found = re.findall(r'href="(/[^"#]*)"', page.content.decode())
    return {url.replace("&amp;", "&") for url in found if not url.startswith("/static/")}


def test_a_list_keeps_its_pace_however_long_it_grows(subtests):
    for model in MODELS:
        with subtests.test(model=model._meta.label):
            page = admin.site._registry[model]
            assert isinstance(page, DeskAdmin)
            assert not page.show_full_result_count
            assert page.date_hierarchy is None or has_index(model, page.date_hierarchy)


SHORT = {"markets.Holiday", "risk.DailyLoss", "delivery.Alarm", "delivery.Pause"}
SHORT |= {"markets.FeedHealth", "markets.FeedQuota", "auth.User"}
SHORT |= {"signals.ParityCheck", "signals.Difference"}  # one a day, and none


def has_index(model, name):
    """Whether the database finds the first and last of that column without reading the rest."""
    field = model._meta.get_field(name)
    leading = [index.fields_orders[0][0] for index in model._meta.indexes if index.fields]
    is_led = name in leading or field.unique or field.db_index
    return is_led or model._meta.label in SHORT


def test_a_signal_leads_to_what_belongs_to_it_and_back(as_role, rich):
    staff, signal = as_role("staff"), Signal.objects.get(pk=rich.signal)
    message = Message.objects.get(key=signal.message_key)

    page = staff.get(record_url(signal)).content.decode()

    for row in (signal.symbol, signal.config_version, signal.risk_version, signal.run):
        assert f'href="{record_url(row)}"' in page
    assert f'href="{reverse("signal", args=[signal.pk])}"' in page
    for row in (message, message.deliveries.first()):
        assert f'href="{record_url(signal)}"' in staff.get(record_url(row)).content.decode()


def test_an_event_leads_to_what_it_speaks_of(as_role, rich):
    page = as_role("admin").get("/admin/audit/event/", {"q": f"signal:{rich.signal}"})

    assert f'href="/admin/signals/signal/{rich.signal}/change/"' in page.content.decode()
    assert page.context["cl"].result_count >= 1


def test_a_search_finds_an_exact_number_before_any_words(as_role, rich):
    page = as_role("staff").get("/admin/signals/signal/", {"q": str(rich.signal)})

    assert [row.pk for row in page.context["cl"].result_list] == [rich.signal]


def test_the_dates_of_a_list_go_down_from_years_to_days():
    first, last = date(2025, 11, 30), date(2026, 2, 2)

    assert [title for title, _ in choices(first, last, {})] == ["2026", "2025"]
    assert [t for t, _ in choices(first, last, {"year": 2026})] == ["February 2026", "January 2026"]
    days = choices(first, last, {"year": 2026, "month": 2})
    assert days == [
        ("2 Feb", {"year": 2026, "month": 2, "day": 2}),
        ("1 Feb", {"year": 2026, "month": 2, "day": 1}),
    ]
    assert way_back({"year": 2026, "month": 2}) == ("2026", {"year": 2026})
