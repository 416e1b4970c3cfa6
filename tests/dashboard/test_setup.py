"""What is left to do until the desk is real."""

import pytest
from django.urls import reverse

from dashboard.overview.setup import setup
from tests.builders import make_recipient, make_symbol, make_user

pytestmark = pytest.mark.django_db


def open_steps():
    left = setup()
    return [step.title for step in left.steps if not step.is_done] if left else []


@pytest.fixture
def all_but_recipient(settings):
    settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_ID = "token", "1"
    settings.WHATSAPP_TEMPLATE = "signal_alert"
    make_symbol(feed="push")


def test_a_fresh_desk_has_everything_to_do():
    make_symbol(feed="mock")
    make_recipient("Demo phone", channel="preview", address="demo")

    expected = ["Real prices", "WhatsApp account", "Approved template", "First recipient"]
    assert open_steps() == expected


def test_a_step_is_done_when_rows_and_settings_say_so(all_but_recipient):
    assert open_steps() == ["First recipient"]


def test_somebody_who_opted_out_is_no_recipient(all_but_recipient):
    make_recipient("Anna", opted_out_at="2026-11-18T12:00Z")

    assert open_steps() == ["First recipient"]


def test_the_list_is_gone_once_all_is_done(all_but_recipient, client):
    make_recipient("Anna")
    client.force_login(make_user("sam", "staff"))

    assert setup() is None
    assert "Before it is real" not in client.get("/").content.decode()


def test_the_list_is_for_staff(client):
    client.force_login(make_user())

    assert "Before it is real" not in client.get("/").content.decode()
    assert client.get(reverse("live", args=["setup"])).status_code == 403
