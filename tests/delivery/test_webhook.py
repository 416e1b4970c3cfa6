"""Outgoing webhooks: address, body, signature (Standard Webhooks 1.0.0) and Retry-After."""

import json
from base64 import b64decode

import pytest
from django.core.exceptions import ValidationError

from delivery.channels.base import Outgoing
from delivery.channels.webhook import BODY_BYTES, Webhook, signature, wait_asked
from delivery.models import Recipient
from tests.builders import NOON


def test_a_signature_is_the_one_of_the_published_reference():
    key = b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")

    signed = signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@pytest.mark.parametrize(
    "url",
    ["https://example.org/hook", "https://example.org:443/?a=b", "http://127.0.0.1:9000/hook"],
)
def test_an_endpoint_is_an_address_that_may_be_posted_to(url):
    recipient = Recipient(name="Bot", channel="webhook", address=f" {url} ")

    recipient.clean()

    assert recipient.address == url


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("example.org/hook", "Write the whole address"),
        ("ftp://example.org/", "Write the whole address"),
        ("https://", "Write the whole address"),
        ("https://anna:secret@example.org/", "Write the whole address"),
        ("https://example.org:99999/", "Write the whole address"),
        ("https://exa\nmple.org/", "Write the whole address"),
        ("https://example.org/#top", "no space and no #"),
        ("https://example.org/a b", "no space and no #"),
        ("http://example.org/", "only https on port 443"),
        ("https://example.org:8443/", "only https on port 443"),
        ("https://10.0.0.1/", "not on the open internet"),
        ("https://[::1]/", "not on the open internet"),
        ("https://2130706433/", "not on the open internet"),
    ],
)
def test_the_form_says_what_is_wrong_with_any_other(url, why):
    with pytest.raises(ValidationError, match=why):
        Recipient(name="Bot", channel="webhook", address=url).clean()


def test_a_body_stays_under_20_kb_by_keeping_only_the_start_of_its_text():
    text = "€" * 30_000
    outgoing = Outgoing(
        delivery_id="d", address="https://x.test/", text=text, now=NOON, fields={"a": text}
    )

    body = Webhook().compose(outgoing).body

    assert len(body) < BODY_BYTES
    assert json.loads(body)["data"] == {"text": text[:4000]}


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 1),
        ("7", 7),
        ("999999999999999999", 300),
        ("-5", None),
        ("", None),
        ("²", None),
        ("Wed, 18 Nov 2026 11:00:00 GMT", 1),
        ("Wed, 18 Nov 2026 12:00:30 -0000", 30),
        ("Wed, 99 Nov 2026 12:00:30 GMT", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_a_date_and_never_over_five_minutes(header, seconds):
    assert wait_asked(header, now=NOON) == seconds
