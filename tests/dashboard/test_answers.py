"""What the desk says when somebody asks it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dashboard.answers import answer_commands, last_text, status_text
from delivery.channel_states import pause_channel
from delivery.models import Delivery, Inbound, Message
from delivery.pauses import pause
from delivery.sending import send_due
from tests.builders import NOON, make_recipient, make_signal, make_tick
from tests.delivery.bot_server import BotServer

pytestmark = pytest.mark.django_db


def asks(recipient, command="last", *, at=NOON, number=1):
    return Inbound.objects.create(
        channel="telegram",
        provider_id=f"update:{recipient.pk}:{number}",
        recipient=recipient,
        address=recipient.address,
        text=f"/{command}",
        command=command,
        received_at=at,
    )


def test_last_is_answered_once_to_who_asked_with_the_newest_public_signal():
    anna = make_recipient()
    make_recipient("Bert")
    make_signal(issued_at=NOON - timedelta(hours=1), expires_at=NOON + timedelta(hours=1))
    make_signal(minutes_ago=2, issued_at=NOON, status="blocked")
    asks(anna)

    assert [answer_commands(now=NOON), answer_commands(now=NOON)] == [1, 0]

    answer = Delivery.objects.get()
    assert answer.recipient == anna
    assert (answer.message.kind, answer.message.text) == (
        "answer",
        "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi\n"
        "issued 18 Nov 11:00 UTC",
    )


def test_last_says_when_there_is_none_and_when_it_is_over():
    assert last_text(now=NOON) == "No signal yet."

    make_signal(issued_at=NOON - timedelta(hours=3), expires_at=NOON - timedelta(hours=1))

    assert last_text(now=NOON).endswith("issued 18 Nov 09:00 UTC, expired")


def test_status_tells_in_plain_words_what_runs_and_what_is_paused():
    assert status_text(now=NOON).startswith("The desk has not evaluated a minute yet.")
    make_tick(at=NOON)
    assert status_text(now=NOON) == (
        "The desk is running, last minute evaluated 12:00 UTC.\nSignals are pushed."
    )

    pause(reason="news", by="anna", now=NOON)
    pause_channel("whatsapp", code="190", reason="expired", probe_after=None, now=NOON)

    assert status_text(now=NOON + timedelta(hours=1)) == (
        "The desk has evaluated nothing since 18 Nov 12:00 UTC.\n"
        "Pushes are paused: news.\nWhatsApp is paused."
    )


@pytest.mark.parametrize(
    "values", [{"is_active": False}, {"opted_out_at": NOON}, {"opted_in_at": None}]
)
def test_only_those_the_desk_may_write_to_are_answered(values):
    asks(make_recipient(**values))

    assert answer_commands(now=NOON) == 0
    assert not Message.objects.exists()


def test_an_old_question_is_not_answered():
    asks(make_recipient(), at=NOON - timedelta(minutes=6))

    assert answer_commands(now=NOON) == 0


def test_at_most_five_answers_a_minute_go_to_one_recipient():
    anna, bert = make_recipient(), make_recipient("Bert")
    for number in range(8):
        asks(anna, "status", number=number)
    asks(bert, "status")

    assert answer_commands(now=NOON) == 6
    assert anna.deliveries.count() == 5
    assert not Inbound.objects.filter(answered_at=None).exists()


def test_a_question_asked_by_webhook_is_answered_in_the_chat(client, settings):
    settings.TELEGRAM_WEBHOOK_SECRET = "bot-word"
    settings.TELEGRAM_BOT_TOKEN = "12345:token"
    make_recipient(channel="telegram", address="987")
    said = {"chat": {"id": 987, "type": "private"}, "text": "/last@desk_bot"}
    asked_at = timezone.now()
    message = {**said, "message_id": 1, "date": int(asked_at.timestamp())}

    with BotServer.listening() as bot:
        settings.TELEGRAM_API_BASE = bot.url
        client.post(
            "/webhooks/telegram",
            {"update_id": 1, "message": message},
            "application/json",
            headers={"X-Telegram-Bot-Api-Secret-Token": "bot-word"},
        )
        answer_commands(now=asked_at)
        send_due(clock=timezone.now)

    assert bot.texts == ["No signal yet."]
    assert Inbound.objects.get().answered_at == asked_at
