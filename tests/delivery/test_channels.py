import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channels.base import Answer, Outgoing, Receipt
from delivery.channels.registry import CHANNELS, channel_choices
from delivery.channels.whatsapp import WhatsApp, read_answer
from delivery.channels.whatsapp_errors import CODES, REMEDIES, remedy_for
from delivery.errors import DeliveryError, MaybeLeft, Refused, Remedy
from delivery.wiring import build_channel
from tests.builders import NOON

DOCS = Path(__file__).parents[2] / "docs" / "channels.md"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["error", "code", "id"]), inner)
    ),
)


# An address each channel takes; a new channel needs one here
ADDRESSES = {
    "whatsapp": "+447911123456",
    "telegram": "-1001234567890",
    "webhook": "https://example.org/hook",
    "email": "anna@example.org",
    "preview": "demo",
}
SECRETS = {
    "WHATSAPP_TOKEN": "EAA-very-secret",
    "WHATSAPP_PHONE_ID": "106540352242922",
    "TELEGRAM_BOT_TOKEN": "7000000001:very-secret",
    "EMAIL_URL": "smtp://desk:very-secret@mail.example.org",
    "EMAIL_FROM": "desk@example.org",
}
EACH = pytest.mark.parametrize("slug", CHANNELS)


def whatsapp(**values):
    return WhatsApp(token="EAAtoken", phone_id="1065", **values)


def outgoing(slug="whatsapp", **values):
    defaults = {"delivery_id": "d-1", "text": "one\ntwo", "now": NOON, "title": "Hi\r\nBcc: x"}
    return Outgoing(**{"address": ADDRESSES[slug], **defaults, **values})


@pytest.fixture
def configured(settings):
    for name, value in SECRETS.items():
        setattr(settings, name, value)


@EACH
def test_each_channel_has_its_row_in_the_docs_and_cannot_be_changed_after_building(slug):
    channel_class = CHANNELS[slug]

    assert f"\n| `{slug}` |" in DOCS.read_text()
    assert channel_class.__dataclass_params__.frozen
    assert (slug, channel_class.label) in channel_choices()


@EACH
def test_each_channel_says_what_an_address_looks_like_and_takes_one(slug):
    channel_class = CHANNELS[slug]

    assert channel_class.address_help
    assert channel_class.clean_address(f" {ADDRESSES[slug]} ") == ADDRESSES[slug]


@EACH
def test_a_bad_address_is_answered_with_a_sentence_and_never_with_a_crash(slug):
    if CHANNELS[slug].is_demo:
        return  # any word will do
    for bad in ("", " ", "@", "https://[", "a@b@c", "\x00", "+", "-" * 300):
        with pytest.raises(ValueError, match=r"^[A-Z].*[^.]\.?$"):
            CHANNELS[slug].clean_address(bad)


@EACH
def test_no_channel_and_no_envelope_shows_a_secret(configured, slug):
    channel = build_channel(slug)
    keys = (b"very-secret",)

    envelope = channel.compose(outgoing(slug, signing_keys=keys))

    assert channel.slug == slug
    shown = repr(channel) + repr(envelope) + repr(outgoing(slug, signing_keys=keys))
    assert "very-secret" not in shown
    assert b"very-secret" not in envelope.body


@EACH
def test_composing_twice_gives_the_same_bytes_and_the_text_is_in_them(configured, slug):
    channel = build_channel(slug)

    envelope = channel.compose(outgoing(slug))

    assert channel.compose(outgoing(slug)) == envelope
    assert b"one\\ntwo" in envelope.body or b"one two" in envelope.body


@EACH
def test_a_channel_without_its_settings_says_which_to_set(slug):
    if not CHANNELS[slug].settings:
        return
    empty = dict.fromkeys(CHANNELS[slug].settings, "")

    with pytest.raises(Refused, match=r"not_configured: Set [A-Z_]+") as caught:
        CHANNELS[slug].configured(empty)

    named = set(re.findall(r"[A-Z_]{6,}", str(caught.value)))
    assert named and named <= set(CHANNELS[slug].settings)


def test_every_code_of_the_table_is_in_the_docs_and_has_one_remedy():
    text = DOCS.read_text()
    documented = [code for code in REMEDIES if code not in range(200, 300)]

    assert [code for code in documented if str(code) not in text] == []
    assert sum(len(codes) for codes in CODES.values()) == len(REMEDIES)


@pytest.mark.parametrize(
    ("status", "is_transient", "remedy"),
    [(400, False, "fail"), (400, True, "retry"), (429, False, "slow_down"), (500, False, "retry")],
)
def test_an_unknown_code_is_tried_again_only_when_it_says_it_will_pass(
    status, is_transient, remedy
):
    assert remedy_for(987654, status=status, is_transient=is_transient) == remedy


@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=200, body=b""),
        Answer(status=200, body=b"{}"),
        Answer(status=200, body=b'{"messages": []}'),
        Answer(status=200, body=b'{"messages": [{"id": ""}]}'),
        Answer(status=200, body=b'{"messages": [{"id": 7}]}'),
        Answer(status=200, body=b'{"error": {"code": 131000}}'),
        Answer(status=400, body=b'{"error": {"code": "100"}}'),
        Answer(status=400, body=b'{"error": {"code": true}}'),
        Answer(status=400, body=b'["error"]'),
        Answer(status=302, body=b""),
        Answer(status=502, body=b'{"error": {"code": 131000}}'),
        Answer(status=504, body=b"<html>"),
    ],
)
def test_an_answer_that_proves_nothing_is_neither_acceptance_nor_refusal(answer):
    with pytest.raises(MaybeLeft):
        read_answer(answer, secret="EAAtoken", has_template=False)


@given(status=st.sampled_from([200, 201, 400, 401, 429, 500, 503]), content=JSON)
def test_no_answer_however_odd_breaks_the_reader(status, content):
    answer = Answer(status=status, body=json.dumps(content).encode())

    try:
        receipt = read_answer(answer, secret="EAAtoken", has_template=False)
    except DeliveryError:
        return
    assert isinstance(receipt, Receipt)


@given(body=st.binary())
def test_no_bytes_break_the_reader(body):
    with pytest.raises(DeliveryError):
        read_answer(Answer(status=400, body=body), secret="EAAtoken", has_template=False)


def test_an_account_error_holds_the_channel_and_says_what_meta_said():
    error = {"code": 190, "message": "Session has expired"}
    answer = Answer(status=401, body=json.dumps({"error": error}).encode())

    with pytest.raises(Refused, match="190: Session has expired") as caught:
        read_answer(answer, secret="EAAtoken", has_template=False)

    assert caught.value.remedy == Remedy.PAUSE_CHANNEL


def test_inside_the_window_text_goes_out_although_a_template_is_set():
    channel = whatsapp(template="desk_signal")

    envelope = channel.compose(outgoing(window_open=True))

    assert json.loads(envelope.body)["type"] == "text"


def test_the_recipients_language_picks_the_template():
    channel = whatsapp(template="desk_signal", template_language="en")

    template = json.loads(channel.compose(outgoing(language="de")).body)["template"]

    assert template["language"] == {"code": "de"}
