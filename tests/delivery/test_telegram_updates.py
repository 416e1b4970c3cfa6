"""What people write to the bot, and what becomes of chats."""

import pytest
import time_machine

from delivery.consent import last_withdrawal
from delivery.models import Consent, Inbound, Message, Recipient
from tests.builders import NOON, make_recipient
from tests.delivery.meta import LATER

pytestmark = pytest.mark.django_db

CHAT = {"id": 987, "type": "private", "first_name": "Anna", "last_name": "Berg"}


@pytest.fixture(autouse=True)
def two_past_noon(settings):
    settings.TELEGRAM_WEBHOOK_SECRET = "bot-word"
    with time_machine.travel(LATER, tick=False):
        yield


def update(client, update_id=1, **content):
    headers = {"X-Telegram-Bot-Api-Secret-Token": "bot-word"}
    body = {"update_id": update_id, **content}
    answer = client.post("/webhooks/telegram", body, "application/json", headers=headers)
    assert answer.status_code == 200


def writes(client, text, *, update_id=1, chat=CHAT, kind="message", **more):
    said = {"message_id": 5, "chat": chat, "date": int(LATER.timestamp()), "text": text}
    update(client, update_id, **{kind: {**said, **more}})


def make_chat(**values):
    return make_recipient(channel="telegram", **{"address": "987", **values})


@pytest.mark.parametrize("text", ["/stop", "/stop@desk_bot", "Stop"])
@pytest.mark.parametrize("kind", ["message", "edited_message", "channel_post"])
def test_stop_opts_the_chat_out_and_says_so_once(client, text, kind):
    anna = make_chat()

    for update_id in (1, 1, 2):
        writes(client, text, kind=kind, update_id=update_id)

    anna.refresh_from_db()
    assert anna.opted_out_at == LATER
    assert Message.objects.get().kind == "consent"


def test_start_opts_a_known_chat_in_again(client):
    anna = make_chat(opted_out_at=NOON)

    writes(client, "/start@desk_bot")

    anna.refresh_from_db()
    assert (anna.opted_out_at, anna.opt_in_source) == (None, "wrote START")


def test_a_channel_is_known_by_its_public_name(client):
    channel = make_chat(address="@desk_signals")

    chat = {"id": -100123, "type": "channel", "username": "Desk_Signals", "title": "Signals"}
    writes(client, "/stop", chat=chat, kind="channel_post")

    channel.refresh_from_db()
    assert channel.opted_out_at == LATER


def test_a_stranger_who_writes_start_waits_to_be_let_in_and_is_told_so(client):
    for update_id in (1, 2):
        writes(client, "/start", update_id=update_id)

    stranger = Recipient.objects.get()
    assert (stranger.name, stranger.address, stranger.is_active) == ("Anna Berg", "987", False)
    assert (stranger.opted_in_at, stranger.opt_in_source) == (LATER, "wrote /start")
    assert "let you in first" in Message.objects.get().text
    assert Consent.objects.get().recipient == stranger
    assert Inbound.objects.order_by("pk")[0].recipient == stranger


def test_at_most_a_hundred_strangers_wait(client):
    for number in range(100):
        make_chat(address=str(number), is_active=False, opt_in_source="wrote /start")

    writes(client, "/start")

    assert Recipient.objects.count() == 100


def test_bots_are_not_let_in_and_strangers_words_change_nothing(client):
    writes(client, "/start", **{"from": {"id": 1, "is_bot": True}})
    writes(client, "hello", update_id=2)
    writes(client, "/stop", update_id=3)

    assert not Recipient.objects.exists() and not Message.objects.exists()
    assert last_withdrawal("telegram", "987").at == LATER


def test_a_group_that_becomes_a_supergroup_keeps_its_messages(client):
    group = make_chat(address="-42")

    update(client, message={"chat": {"id": -42}, "migrate_to_chat_id": -10042})

    group.refresh_from_db()
    assert group.address == "-10042"


def test_whoever_blocks_the_bot_is_switched_off(client):
    anna = make_chat()

    update(client, my_chat_member={"chat": CHAT, "new_chat_member": {"status": "kicked"}})

    anna.refresh_from_db()
    assert not anna.is_active
    assert "blocked" in anna.problem


@pytest.mark.parametrize(
    "content",
    [
        {"message": "x"},
        {"message": {"chat": {"id": True}, "text": "/stop"}},
        {"message": {"chat": {"id": "x" * 9000}, "text": "/stop"}},
        {"message": {"chat": CHAT, "photo": []}},
        {"my_chat_member": {"chat": CHAT, "new_chat_member": {"status": "member"}}},
        {"poll": {}},
    ],
)
def test_updates_about_other_things_are_taken_and_mean_nothing(client, content):
    anna = make_chat()

    update(client, **content)

    anna.refresh_from_db()
    assert anna.is_reachable
    assert not Message.objects.exists()
