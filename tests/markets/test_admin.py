from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib import admin
from django.urls import reverse

from audit.models import Event
from forexsignals import urls  # noqa: F401  it registers every page
from markets.models import Candle, FeedHealth, FeedQuota, Holiday, RejectedBar, Symbol
from tests.builders import make_candles, make_symbol, make_user

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
MODELS = [model.__name__.lower() for model in apps.get_app_config("markets").get_models()]
FORM = {"code": "EURUSD", "digits": 5, "pip_size": "0.0001", "feed": "push", "is_enabled": "on"}


@pytest.fixture
def staff(client):
    client.force_login(make_user("anna", role="staff"))
    return client


@pytest.fixture
def rows():
    symbol = make_symbol()
    make_candles(symbol, closes=[1.1] * 3)
    seen = {"symbol": symbol, "feed": "push"}
    RejectedBar.objects.create(**seen, reason="bad", raw={}, digest="1", observed_at=NOON)
    FeedHealth.objects.create(**seen, state="late", checked_at=NOON, watched_since=NOON)
    FeedQuota.objects.create(feed="twelvedata", day=NOON.date(), minute=NOON)


def test_every_model_is_in_the_admin():
    assert all(
        admin.site.is_registered(model) for model in apps.get_app_config("markets").models.values()
    )


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_with_few_queries(staff, rows, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(25):
        response = staff.get(reverse(f"admin:markets_{model}_changelist"))

    assert response.status_code == 200


@pytest.mark.parametrize("model", sorted(set(MODELS) - {"symbol", "holiday"}))
def test_records_are_read_only_for_everybody(client, rows, model):
    client.force_login(make_user("root", role="admin"))

    assert client.get(reverse(f"admin:markets_{model}_add")).status_code == 403


def test_a_candle_cannot_be_changed_in_the_admin(staff, rows):
    candle = Candle.objects.first()

    url = reverse("admin:markets_candle_change", args=[candle.pk])
    assert staff.get(url).status_code == 200
    assert staff.post(url, {"close": 9}).status_code == 403


def test_changing_a_symbol_is_an_event_with_who_and_what(staff):
    symbol = make_symbol()

    url = reverse("admin:markets_symbol_change", args=[symbol.pk])
    staff.post(url, {**FORM, "typical_spread_pips": "1.0"})

    event = Event.objects.get(kind="symbol.changed")
    assert (event.actor, event.subject) == ("anna", f"symbol:{symbol.pk}")
    assert event.text == "EURUSD changed: feed mock -> push"


def test_saving_a_symbol_unchanged_is_no_event(staff):
    symbol = make_symbol(feed="push")

    url = reverse("admin:markets_symbol_change", args=[symbol.pk])
    staff.post(url, {**FORM, "typical_spread_pips": "1.0"})

    assert not Event.objects.filter(kind__startswith="symbol").exists()


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("code", "eur/usd", "capital letters"),
        ("pip_size", "0.000001", "smaller than the last digit"),
        ("typical_spread_pips", "-1", "greater than or equal to 0"),
        ("feed", "bloomberg", "not one of the available choices"),
    ],
)
def test_a_symbol_that_cannot_be_is_refused_in_plain_words(staff, field, value, told):
    sent = {**FORM, "typical_spread_pips": "1.0", field: value}

    response = staff.post(reverse("admin:markets_symbol_add"), sent)

    assert told in response.content.decode()
    assert not Symbol.objects.exists()


def test_prices_have_the_digits_of_their_symbol_and_records_its_name(staff, rows):
    page = staff.get(reverse("admin:markets_candle_changelist")).content.decode()
    candle = Candle.objects.first()

    assert "1.10000" in page
    assert str(candle).startswith("EURUSD M1 ")
    assert str(FeedHealth.objects.get()) == "EURUSD push: late"
    assert ">0.0001<" in staff.get(reverse("admin:markets_symbol_changelist")).content.decode()


def test_holidays_are_logged_when_they_are_added_changed_and_deleted(client):
    client.force_login(make_user("root", role="admin"))
    form = {"name": "Christmas", "closes_at_0": "2026-12-24", "closes_at_1": "22:00"}
    form |= {"opens_at_0": "2026-12-25", "opens_at_1": "22:00"}

    client.post(reverse("admin:markets_holiday_add"), form)
    holiday = Holiday.objects.get()
    url = reverse("admin:markets_holiday_change", args=[holiday.pk])
    client.post(url, form | {"name": "Xmas"})
    client.post(reverse("admin:markets_holiday_delete", args=[holiday.pk]), {"post": "yes"})

    kinds = Event.objects.filter(actor="root", kind__startswith="holiday").order_by("pk")
    assert [event.kind.partition(".")[2] for event in kinds] == ["added", "changed", "deleted"]
    assert not Holiday.objects.exists()
