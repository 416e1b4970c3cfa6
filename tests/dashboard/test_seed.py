from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model

from access.roles import Role, role_of
from audit.models import Event
from dashboard.seed import ensure_admin, seed_desk
from delivery.models import Recipient
from markets.models import Symbol
from risk.models import RiskVersion
from strategies.models import ConfigVersion, StrategyConfig

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 6, 12, 0, tzinfo=UTC)


def counts() -> list[int]:
    models = (Symbol, StrategyConfig, ConfigVersion, RiskVersion, Recipient, Event)
    return [model.objects.count() for model in models]


def test_a_new_desk_gets_three_symbols_with_three_strategies_each() -> None:
    seed_desk(whatsapp_to=[], now=NOW)

    assert set(Symbol.objects.values_list("code", "digits", "feed")) == {
        ("EURUSD", 5, "mock"),
        ("GBPUSD", 5, "mock"),
        ("USDJPY", 3, "mock"),
    }
    assert StrategyConfig.objects.count() == 9
    assert RiskVersion.objects.count() == 1
    assert Recipient.objects.get().name == "Demo phone"


def test_the_demo_phone_is_greeted_once() -> None:
    seed_desk(whatsapp_to=[], now=NOW)
    seed_desk(whatsapp_to=[], now=NOW)

    (greeting,) = Recipient.objects.get().deliveries.all()
    assert greeting.message.text == (
        "forexsignals test 12:00 UTC | if you can read this, messages reach you."
    )


def test_seeding_twice_adds_nothing() -> None:
    seed_desk(whatsapp_to=["+447911123456"], now=NOW)
    before = counts()

    seed_desk(whatsapp_to=["+44 7911 123456"], now=NOW)

    assert counts() == before


def test_what_staff_deleted_stays_deleted() -> None:
    seed_desk(whatsapp_to=[], now=NOW)
    config = StrategyConfig.objects.filter(symbol__code="EURUSD").first()
    assert config
    config.versions.all().delete()
    config.delete()

    seed_desk(whatsapp_to=[], now=NOW)

    assert StrategyConfig.objects.count() == 8


def test_each_number_of_whatsapp_to_is_a_recipient_who_agreed_and_others_are_named() -> None:
    faults = seed_desk(whatsapp_to=["+44 7911 123456", "0791", "soon"], now=NOW)

    recipient = Recipient.objects.get(channel="whatsapp")
    assert [fault.split(",")[0] for fault in faults] == [
        "WHATSAPP_TO holds '0791'",
        "WHATSAPP_TO holds 'soon'",
    ]
    assert recipient.address == "+447911123456"
    assert recipient.opted_in_at == NOW


def test_each_chat_of_telegram_chat_id_is_a_recipient_and_others_are_named() -> None:
    [fault] = seed_desk(telegram_chats=["-1001234567890", "@desk_signals", "me"], now=NOW)

    chats = Recipient.objects.filter(channel="telegram").order_by("pk")
    assert [chat.address for chat in chats] == ["-1001234567890", "@desk_signals"]
    assert fault.startswith("TELEGRAM_CHAT_ID holds 'me', which is left out. Write the chat's")


def test_the_first_recipient_of_each_channel_is_told_about_alarms() -> None:
    seed_desk(whatsapp_to=["+447911123456"], telegram_chats=["42"], now=NOW)
    seed_desk(whatsapp_to=["+447911123457", "+447911123456"], telegram_chats=["43"], now=NOW)

    told = Recipient.objects.filter(gets_alerts=True).values_list("address", flat=True)
    assert sorted(told) == ["+447911123456", "42", "demo"]


def test_the_first_admin_gets_a_random_password_that_is_told_once() -> None:
    seed_desk(whatsapp_to=[], now=NOW)

    password = ensure_admin("boss", password="", now=NOW)

    assert password and len(password) >= 16
    user = get_user_model().objects.get(username="boss")
    assert user.check_password(password)
    assert role_of(user) == Role.ADMIN
    assert ensure_admin("boss", password="", now=NOW) is None


def test_a_given_password_is_used_and_not_told() -> None:
    seed_desk(whatsapp_to=[], now=NOW)

    assert ensure_admin("boss", password="from-the-settings-1", now=NOW) is None

    user = get_user_model().objects.get(username="boss")
    assert user.check_password("from-the-settings-1")


def test_no_password_is_written_to_the_log() -> None:
    seed_desk(whatsapp_to=[], now=NOW)

    password = ensure_admin("boss", password="", now=NOW)

    assert password
    assert password not in str(list(Event.objects.values()))
