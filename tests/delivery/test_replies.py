"""A message as a reply to one before it, in the way of each channel."""

import json
from datetime import timedelta

import pytest

from delivery.channels.base import Outgoing, Quoted
from delivery.channels.email import Email
from delivery.channels.telegram import Telegram
from delivery.channels.webhook import Webhook
from delivery.hand_sends import resend
from delivery.models import Delivery
from delivery.quoting import QUOTABLE, quoted
from delivery.sending import send_due, send_now
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.bot_server import BotServer
from tests.delivery.graph_server import OK, refusal
from tests.delivery.mail_server import mail_server

ENTRY = Quoted(provider_id="42:7", title="EURUSD BUY")


def entry_to(recipient, *, key="signal:1", state="delivered", provider_id="wamid.entry", at=NOON):
    """A copy of the entry as the provider has it."""
    delivery = make_delivery(message=make_message(key), recipient=recipient, state=state)
    delivery.post.provider_id, delivery.post.created_at = provider_id, at
    delivery.post.save()
    return delivery


def result_to(recipient, **values):
    """A due message that replies to the entry."""
    message = make_message("result:1", kind="result", replies_to="signal:1", text="TP hit")
    return make_delivery(message=message, recipient=recipient, **values)


def composed(channel, **values):
    defaults = {"delivery_id": "d-1", "address": "42", "text": "TP hit", "now": NOON}
    return json.loads(channel.compose(Outgoing(**{**defaults, "quoted": ENTRY, **values})).body)


@pytest.mark.django_db
def test_whatsapp_shows_it_below_the_first_message(graph):
    anna = make_recipient()
    entry_to(anna)

    send_now(result_to(anna).pk, clock=lambda: NOON)

    assert graph.journal[0]["context"] == {"message_id": "wamid.entry"}
    assert graph.texts == ["TP hit"]


@pytest.mark.django_db
def test_whatsapp_shows_no_reply_above_a_template_so_it_carries_none(graph, settings):
    settings.WHATSAPP_TEMPLATE = "desk_signal"
    anna = make_recipient()
    entry_to(anna)

    send_now(result_to(anna).pk, clock=lambda: NOON)

    assert graph.journal[0]["type"] == "template"
    assert "context" not in graph.journal[0]


@pytest.mark.django_db
@pytest.mark.parametrize("code", [100, 131009])
def test_what_whatsapp_refuses_as_a_reply_goes_once_more_as_a_message_of_its_own(graph, code):
    graph.play(refusal(code), OK)
    anna = make_recipient()
    entry_to(anna)
    delivery = result_to(anna)

    send_now(delivery.pk, clock=lambda: NOON)
    send_now(delivery.pk, clock=lambda: NOON + timedelta(seconds=10))

    delivery.refresh_from_db()
    assert (delivery.state, delivery.is_unquoted) == ("sent", True)
    assert ["context" in request.content for request in graph.seen] == [True, False]


@pytest.mark.django_db
def test_the_same_refusal_of_what_is_no_reply_stays_a_failure(graph):
    graph.play(refusal(131009))
    delivery = result_to(make_recipient())

    send_now(delivery.pk, clock=lambda: NOON)

    delivery.refresh_from_db()
    assert delivery.state == "failed"


@pytest.mark.django_db
def test_lines_that_share_a_post_reply_to_nothing(graph):
    anna = make_recipient()
    entry_to(anna)
    result_to(anna)
    for number in (5, 6):
        make_delivery(message=make_message(f"signal:{number}"), recipient=anna)

    send_due(clock=lambda: NOON)

    assert len(graph.texts[0].splitlines()) == 3
    assert "context" not in graph.journal[0]


@pytest.mark.django_db
def test_telegram_replies_in_the_chat_even_when_the_message_was_deleted(settings):
    settings.TELEGRAM_BOT_TOKEN = "7000000001:token"
    chat = make_recipient(channel="telegram", address="42")
    entry_to(chat, provider_id="42:7")

    with BotServer.listening() as bot:
        settings.TELEGRAM_API_BASE = bot.url
        send_now(result_to(chat).pk, clock=lambda: NOON)

    reply = {"message_id": 7, "allow_sending_without_reply": True}
    assert bot.journal[0]["reply_parameters"] == reply


@pytest.mark.parametrize(("address", "is_reply"), [("42", True), ("@desk", True), ("43", False)])
def test_telegram_numbers_messages_by_chat_so_a_reply_stays_in_its_own(address, is_reply):
    content = composed(Telegram(token="t"), address=address)

    assert ("reply_parameters" in content) is is_reply


@pytest.mark.django_db
def test_a_mail_stands_below_the_one_it_answers(settings):
    anna = make_recipient(channel="email", address="anna@example.org")
    first = entry_to(anna, provider_id="<1@desk.test>")
    settings.EMAIL_FROM = settings.DEFAULT_FROM_EMAIL = "desk@desk.test"
    settings.EMAIL_BACKEND = "delivery.smtp.BoundedEmailBackend"

    with mail_server() as office:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{office.port}"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        send_now(result_to(anna).pk, clock=lambda: NOON)

    [mail] = office.mails
    assert (mail["In-Reply-To"], mail["References"]) == ("<1@desk.test>", "<1@desk.test>")
    assert mail["Subject"] == f"Re: {first.message.title}"


def test_a_mail_that_answers_nothing_says_nothing_of_it():
    content = composed(Email(host="desk.test"), quoted=None, title="EURUSD BUY")

    assert content["subject"] == "EURUSD BUY"
    assert "in_reply_to" not in content


def test_an_endpoint_is_told_the_webhook_id_of_the_first_message():
    content = composed(Webhook(), quoted=Quoted(provider_id="0f6d6d1e"))

    assert content["data"]["in_reply_to"] == "0f6d6d1e"
    assert "in_reply_to" not in composed(Webhook(), quoted=None)["data"]


@pytest.mark.django_db
def test_the_first_copy_that_came_is_quoted_and_a_repeat_where_the_first_never_came():
    anna, bert = make_recipient(), make_recipient("Bert")
    entry_to(anna, provider_id="wamid.first")
    entry_to(bert, state="failed", provider_id="wamid.lost")
    for who in (anna, bert):
        at = NOON + timedelta(minutes=5)
        entry_to(who, key="signal:1:resend:1", provider_id=f"wamid.again.{who.name}", at=at)

    ids = [quoted(result_to(who), now=NOON).provider_id for who in (anna, bert)]

    assert ids == ["wamid.first", "wamid.again.Bert"]


@pytest.mark.django_db
def test_nothing_is_quoted_that_may_not_have_come_or_came_elsewhere_or_long_ago():
    unsure, moved, late = make_recipient(), make_recipient("Moved"), make_recipient("Late")
    entry_to(unsure, state="uncertain")
    entry_to(moved)
    moved.channel, moved.address = "email", "moved@example.org"
    moved.save()
    entry_to(late, at=NOON - QUOTABLE)

    assert [quoted(result_to(who), now=NOON) for who in (unsure, moved, late)] == [None] * 3


@pytest.mark.django_db
def test_what_is_sent_again_by_hand_replies_to_the_same(graph):
    anna = make_recipient()
    entry_to(anna)
    result = result_to(anna, state="sent")

    repeat = resend(result.message, by="carol", now=NOON)

    assert Delivery.objects.get(message=repeat).message.replies_to == "signal:1"
