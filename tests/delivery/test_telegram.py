"""Telegram: what goes to the Bot API, and what each of its answers leads to."""

import json
import logging
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channels.base import Answer, Outgoing
from delivery.channels.telegram import Telegram, read_answer
from delivery.errors import DeliveryError, MaybeLeft
from delivery.models import ChannelState, Recipient
from delivery.sending import send_due, send_now
from delivery.wiring import build_channel
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.bot_server import BotServer, refusal
from tests.delivery.scripted_server import (
    DROP_AFTER_ACCEPTING,
    GARBAGE,
    GATEWAY,
    OK,
    REDIRECT,
    TOO_LONG,
    Scene,
)

TOKEN = "7000000001:AAF-very_secret_token"
BLOCKED = "Forbidden: bot was blocked by the user"


@pytest.fixture
def bot(settings):
    with BotServer.listening() as server:
        settings.TELEGRAM_BOT_TOKEN = TOKEN
        settings.TELEGRAM_API_BASE = server.url
        yield server


def make_chat(address="42", **values):
    return make_recipient(channel="telegram", address=address, **values)


def sent(bot, *scenes, recipient=None, **values):
    """The delivery after one try at noon against `scenes`."""
    bot.play(*scenes)
    delivery = make_delivery(recipient=recipient or make_chat(), **values)
    send_now(delivery.pk, clock=lambda: NOON)
    delivery.refresh_from_db()
    return delivery


@pytest.mark.django_db
def test_a_message_goes_out_as_plain_text_without_a_preview_of_its_links(bot):
    delivery = sent(bot, OK, message=make_message(text="EUR_USD <b>BUY</b> https://x.test"))

    assert bot.seen[0].path == f"/bot{TOKEN}/sendMessage"
    assert bot.journal == [
        {
            "chat_id": "42",
            "text": "EUR_USD <b>BUY</b> https://x.test",
            "link_preview_options": {"is_disabled": True},
        }
    ]
    assert (delivery.state, delivery.post.provider_id) == ("sent", "42:1")


@pytest.mark.django_db
def test_three_messages_to_a_chat_share_a_post_one_line_each(bot):
    chat = make_chat()
    for n in range(3):
        make_delivery(recipient=chat, message=make_message(f"signal:{n}", text=f"line {n}"))

    send_due(clock=lambda: NOON)

    assert bot.texts == ["line 0\nline 1\nline 2"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("scene", "state", "wait_seconds"),
    [
        (refusal(429, "Too Many Requests: retry after 7", retry_after=7), "pending", 7),
        (refusal(429, "Too Many Requests"), "pending", 1),
        (refusal(500, "Internal Server Error"), "pending", 1),
        (refusal(401, "Unauthorized"), "pending", 0),
        (refusal(404, "Not Found"), "pending", 0),
        (refusal(400, "Bad Request: chat not found"), "failed", None),
        (refusal(400, "Bad Request: message is too long"), "failed", None),
        (refusal(403, BLOCKED), "failed", None),
        (refusal(409, "Conflict"), "failed", None),
    ],
)
def test_each_refusal_of_the_bot_api_has_its_remedy(bot, scene, state, wait_seconds):
    delivery = sent(bot, scene)

    assert delivery.state == state
    assert delivery.attempts.get().outcome == "refused"
    if wait_seconds is not None:
        assert delivery.due_at == NOON + timedelta(seconds=wait_seconds)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "scene",
    [
        DROP_AFTER_ACCEPTING,
        GARBAGE,
        GATEWAY,
        REDIRECT,
        TOO_LONG,
        refusal(502, "Bad Gateway"),
        refusal(504, "Gateway Timeout", status=200),
        Scene(accepts=True, answer=b'{"ok": true}'),
    ],
)
def test_a_post_that_may_have_been_accepted_is_uncertain_and_never_posted_again(bot, scene):
    delivery = sent(bot, scene)

    send_due(clock=lambda: NOON + timedelta(minutes=4))

    delivery.refresh_from_db()
    assert delivery.state == "uncertain"
    assert len(bot.requests) == 1


@pytest.mark.django_db
def test_a_busy_chat_waits_as_long_as_asked_while_others_are_written_to(bot):
    busy, other = make_chat("42"), make_chat("43")
    sent(bot, refusal(429, "Too Many Requests", retry_after=30), recipient=busy)
    make_delivery(recipient=busy)
    make_delivery(recipient=other)

    send_due(clock=lambda: NOON + timedelta(seconds=29))
    assert [body["chat_id"] for body in bot.journal] == ["43"]

    send_due(clock=lambda: NOON + timedelta(seconds=30))
    assert [body["chat_id"] for body in bot.journal] == ["43", "42", "42"]


@pytest.mark.django_db
def test_who_blocks_the_bot_is_switched_off_with_the_reason(bot):
    delivery = sent(bot, refusal(403, BLOCKED))

    recipient = Recipient.objects.get(pk=delivery.recipient_id)
    assert not recipient.is_active
    assert "blocked by the user" in recipient.problem


@pytest.mark.django_db
def test_a_group_that_became_a_supergroup_gets_the_same_delivery_at_its_new_number(bot):
    group = make_chat("-4001")
    upgraded = "Bad Request: group chat was upgraded to a supergroup chat"
    bot.play(refusal(400, upgraded, migrate_to_chat_id=-1001234567890))
    delivery = make_delivery(recipient=group)

    send_due(clock=lambda: NOON)

    delivery.refresh_from_db()
    group.refresh_from_db()
    assert group.address == "-1001234567890"
    assert [body["chat_id"] for body in bot.requests] == ["-4001", "-1001234567890"]
    assert (delivery.state, delivery.attempts.count()) == ("sent", 2)


@pytest.mark.django_db
def test_a_chat_that_keeps_moving_is_given_up_after_six_posts(bot):
    moved = refusal(400, "Bad Request: upgraded", migrate_to_chat_id=-1001234567890)
    bot.play(*[moved] * 20)
    delivery = make_delivery(recipient=make_chat("-4001"))

    send_due(clock=lambda: NOON)

    delivery.refresh_from_db()
    assert (delivery.state, len(bot.requests)) == ("failed", 6)


@pytest.mark.django_db
def test_a_wrong_token_pauses_the_channel_and_keeps_its_messages(bot):
    delivery = sent(bot, refusal(401, "Unauthorized"))

    send_due(clock=lambda: NOON + timedelta(seconds=30))

    delivery.refresh_from_db()
    assert delivery.state == "pending"
    assert ChannelState.objects.get(channel="telegram").paused_at == NOON
    assert len(bot.requests) == 1


@pytest.mark.django_db
def test_the_token_is_in_no_log_line_no_error_and_no_row(bot, settings, caplog):
    caplog.set_level(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    told = sent(bot, refusal(400, f"Bad Request: chat not found, /bot{TOKEN}/sendMessage"))
    settings.TELEGRAM_API_BASE = "http://127.0.0.1:9"
    unreachable = sent(bot, recipient=make_chat("44"))

    rows = [told.reason, unreachable.reason, told.attempts.get().detail, repr(told.post)]
    channel = build_channel("telegram")
    shown = [repr(channel), repr(channel.compose(outgoing())), str(channel), *rows, caplog.text]
    assert [text for text in shown if "very_secret" in text] == []
    assert "[secret]" in told.reason


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" 123456789 ", "123456789"),
        ("-1001234567890", "-1001234567890"),
        ("@desk_signals", "@desk_signals"),
    ],
)
def test_a_chat_is_a_number_or_the_name_of_a_public_channel(written, stored):
    assert Telegram.clean_address(written) == stored


@pytest.mark.parametrize(
    "written", ["", "0", "anna", "+447911123456", "12 34", "@", "@1st", "t.me/desk", "--1", "٤٢"]
)
def test_anything_else_is_told_what_to_write(written):
    with pytest.raises(ValueError, match="the chat's number"):
        Telegram.clean_address(written)


ODD = st.none() | st.booleans() | st.integers() | st.text()


@given(
    status=st.sampled_from([200, 400, 401, 429, 500]),
    ok=ODD,
    code=st.sampled_from([400, 401, 403, 429, 500]) | ODD,
    description=ODD,
    parameters=ODD | st.dictionaries(st.sampled_from(["retry_after", "migrate_to_chat_id"]), ODD),
)
def test_no_answer_however_odd_breaks_the_reader(status, ok, code, description, parameters):
    content = {"ok": ok, "error_code": code, "description": description, "parameters": parameters}

    with pytest.raises(DeliveryError):
        read_answer(Answer(status=status, body=json.dumps(content).encode()), secret=TOKEN)


@pytest.mark.parametrize(
    "content",
    [
        {},
        [],
        {"ok": False},
        {"ok": False, "error_code": "400"},
        {"ok": True, "result": {"message_id": 5}},
        {"ok": True, "result": {"message_id": None, "chat": {"id": 42}}},
        {"ok": True, "error_code": 400},
    ],
)
def test_an_answer_that_proves_nothing_is_neither_acceptance_nor_refusal(content):
    with pytest.raises(MaybeLeft):
        read_answer(Answer(status=200, body=json.dumps(content).encode()), secret=TOKEN)


def outgoing():
    return Outgoing(delivery_id="d", address="42", text="hello", now=NOON)
