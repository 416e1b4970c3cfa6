"""E-mail: what the mail server gets, and what each of its answers leads to."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from delivery.channels.base import Mail, Outgoing
from delivery.channels.email import Email
from delivery.errors import MaybeLeft, NeverLeft, Refused
from delivery.mail import TOTAL_SECONDS, send_mail
from delivery.models import ChannelState, Recipient
from delivery.recovery import NO_RESULT_AFTER
from delivery.sending import send_due, send_now
from forexsignals.mail_settings import SMTP_BACKEND
from tests.builders import NOON, make_delivery, make_message, make_recipient
from tests.delivery.mail_server import HANG_UP, SILENCE, mail_server

MAIL = Mail(to="anna@example.org", subject="Hi", text="hello", message_id="<1@desk.test>")


@pytest.fixture
def post_office(settings):
    with mail_server() as server:
        settings.EMAIL_URL = f"smtp://127.0.0.1:{server.port}"
        settings.EMAIL_FROM = settings.DEFAULT_FROM_EMAIL = "Desk <desk@desk.test>"
        settings.EMAIL_BACKEND = SMTP_BACKEND
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "desk", "mail-password"
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        settings.EMAIL_TIMEOUT = 2
        yield server


def make_reader(address="anna@example.org", **values):
    return make_recipient(channel="email", address=address, **values)


def sent(post_office, *, recipient=None, message=None, **replies):
    """The delivery after one try at noon against a server that replies so."""
    post_office.replies = replies
    delivery = make_delivery(recipient=recipient or make_reader(), message=message)
    send_now(delivery.pk, clock=lambda: NOON)
    delivery.refresh_from_db()
    return delivery


@pytest.mark.django_db
def test_a_message_arrives_as_plain_text_under_an_id_of_its_own(post_office):
    delivery = sent(post_office, message=make_message(title="EURUSD BUY", text="€ 1\n.\nend"))

    [mail] = post_office.mails
    assert mail["To"] == "anna@example.org"
    assert mail["From"] == "Desk <desk@desk.test>"
    assert mail["Subject"] == "EURUSD BUY"
    assert mail["Message-ID"] == f"<{delivery.public_id}@desk.test>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content().splitlines() == ["€ 1", ".", "end"]
    assert (delivery.state, delivery.post.provider_id) == ("sent", mail["Message-ID"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("replies", "state", "code"),
    [
        ({"greeting": "421 busy"}, "pending", "421"),
        ({"greeting": HANG_UP}, "pending", "no_connection"),
        ({"EHLO": "502 no", "HELO": "451 later"}, "pending", "451"),
        ({"AUTH": "454 later"}, "pending", "454"),
        ({"MAIL": "452 full"}, "pending", "452"),
        ({"MAIL": HANG_UP}, "pending", "no_connection"),
        ({"RCPT": "451 greylisted"}, "pending", "451"),
        ({"RCPT": HANG_UP}, "pending", "no_connection"),
        ({"RCPT": "550 no such user"}, "failed", "550"),
        ({"DATA": "451 later"}, "pending", "451"),
        ({"DATA": "554 no"}, "failed", "554"),
        ({"text": "451 later"}, "pending", "451"),
        ({"text": "554 looks like spam"}, "failed", "554"),
        ({"text": HANG_UP}, "uncertain", "no_answer"),
        ({"text": "garbage"}, "uncertain", "no_answer"),
        ({"text": "299 what"}, "uncertain", "no_answer"),
        ({"QUIT": HANG_UP}, "sent", ""),
        ({"QUIT": "garbage" * 9000}, "sent", ""),
    ],
)
def test_each_answer_of_the_mail_server_has_its_remedy(post_office, replies, state, code):
    delivery = sent(post_office, **replies)

    assert (delivery.state, delivery.attempts.get().code) == (state, code)


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["HELO", "AUTH", "MAIL", "RCPT", "DATA", "text"])
def test_a_conversation_with_the_mail_server_is_ended_whatever_it_refused(post_office, command):
    no = {"HELO": {"EHLO": "502 no", "HELO": "451 no"}}

    sent(post_office, **no.get(command, {command: "451 no"}))

    assert post_office.lines[-1].upper() == "QUIT"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "replies",
    [
        {"AUTH": "535 wrong password"},
        {"EHLO": "250 mail.test"},  # it offers no login
        {"greeting": "554 go away"},
        {"MAIL": "550 not your address"},
    ],
)
def test_what_is_wrong_with_the_account_pauses_the_channel_and_keeps_its_messages(
    post_office, replies
):
    delivery = sent(post_office, **replies)

    assert delivery.state == "pending"
    assert ChannelState.objects.get(channel="email").paused_at == NOON


@pytest.mark.django_db
def test_a_mail_that_may_have_been_taken_is_never_sent_again(post_office):
    delivery = sent(post_office, text=HANG_UP)

    post_office.replies = {}
    send_due(clock=lambda: NOON + timedelta(minutes=4))

    delivery.refresh_from_db()
    assert delivery.state == "uncertain"
    assert len(post_office.mails) == 1


@pytest.mark.django_db
def test_no_mail_server_means_that_nothing_left(post_office, settings):
    settings.EMAIL_PORT = 9

    delivery = sent(post_office)

    assert delivery.state == "pending"
    assert delivery.attempts.get().code == "no_connection"


@pytest.mark.django_db
def test_a_refusal_is_kept_without_passwords_and_addresses(post_office):
    said = "550 5.1.1 <anna@example.org> unknown, you said mail-password, ask post@example.org"

    delivery = sent(post_office, RCPT=said)

    assert "unknown" in delivery.reason
    for secret in ("anna", "mail-password", "post@"):
        assert secret not in delivery.reason


@pytest.mark.django_db
def test_the_text_leaves_only_after_the_moment_is_noted(post_office):
    noted = []

    send_mail(MAIL, on_leave=lambda: noted.append(list(post_office.lines)))

    [lines] = noted
    assert lines[-1] == "rcpt TO:<anna@example.org>"
    assert len(post_office.mails) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("at", "error"), [("EHLO", NeverLeft), ("text", MaybeLeft)])
def test_a_server_that_never_answers_is_cut_off_in_time(post_office, settings, at, error):
    settings.EMAIL_TIMEOUT = 30
    post_office.replies = {at: SILENCE}

    with pytest.raises(error):
        send_mail(MAIL, total_seconds=0.3)


def test_tls_that_the_server_does_not_speak_pauses_instead_of_writing_in_clear(
    post_office, settings
):
    settings.EMAIL_USE_TLS = True

    with pytest.raises(Refused, match="lacks what EMAIL_URL asks for") as caught:
        send_mail(MAIL)

    assert caught.value.remedy == "pause_channel"
    assert not any("AUTH" in line for line in post_office.lines)


def test_a_server_without_tls_from_the_first_byte_gets_nothing(post_office, settings):
    settings.EMAIL_USE_SSL = True

    with pytest.raises(NeverLeft):
        send_mail(MAIL)

    assert post_office.mails == []


def test_three_messages_share_a_mail_and_an_id_stays_the_same_at_each_try(settings):
    channel = Email(host="desk.test")

    first = json.loads(channel.compose(outgoing()).body)
    again = json.loads(channel.compose(outgoing(now=NOON + timedelta(seconds=4))).body)

    assert channel.joins(outgoing())
    assert first == again
    assert first["message_id"] == "<d@desk.test>"


def test_a_subject_of_two_lines_is_refused_at_the_door_too(post_office):
    with pytest.raises(Refused, match="not_a_mail"):
        send_mail(replace(MAIL, subject="Hi\nBcc: eve@example.org"))

    assert post_office.mails == []


def test_a_mail_is_given_up_before_the_sweeper_calls_it_lost():
    assert NO_RESULT_AFTER.total_seconds() > TOTAL_SECONDS


@pytest.mark.parametrize("nasty", ["Hi\r\nBcc: eve@example.org", "Hi\nX: 1", "Hi\x00\u2028X: 1"])
def test_a_title_cannot_become_a_header_of_its_own(post_office, nasty):
    mail = Mail(**json.loads(Email(host="desk.test").compose(outgoing(title=nasty)).body))

    send_mail(mail)

    [taken] = post_office.mails
    assert taken["Bcc"] is None and taken["X"] is None
    assert taken["Subject"].startswith("Hi ")
    assert [line for line in post_office.lines if "eve" in line] == []


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        (" Anna.Berg+desk@Example.ORG ", "Anna.Berg+desk@example.org"),
        ("a@mail.example.co.uk", "a@mail.example.co.uk"),
        ("anna@bücher.example", "anna@bücher.example"),
    ],
)
def test_an_address_keeps_its_user_as_written(written, stored):
    assert Email.clean_address(written) == stored


@pytest.mark.parametrize(
    "written",
    [
        "",
        "anna",
        "anna@localhost",
        "@example.org",
        "anna@example..org",
        "a..b@example.org",
        "Anna <anna@example.org>",
        "anna@example.org, eve@example.org",
        "anna@example.org\nBcc: eve@example.org",
        '"anna b"@example.org',
        "änna@example.org",
        f"{'a' * 65}@example.org",
    ],
)
def test_anything_else_is_told_what_to_write(written):
    with pytest.raises(ValueError, match="e-mail address alone"):
        Email.clean_address(written)


@pytest.mark.django_db
def test_a_mailbox_that_is_gone_counts_against_its_reader(post_office):
    delivery = sent(post_office, RCPT="550 no such user")

    assert Recipient.objects.get(pk=delivery.recipient_id).failures_in_row == 1


def outgoing(**values):
    return Outgoing(
        **{"delivery_id": "d", "address": "anna@example.org", "text": "t", "now": NOON, **values}
    )
