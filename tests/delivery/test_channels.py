import dataclasses
import json
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

DOCS = Path(__file__).parents[2] / "docs" / "delivery.md"
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.sampled_from(["error", "code", "id"]), inner)
    ),
)


def whatsapp(**values):
    return WhatsApp(post_json=nobody, token="EAAtoken", phone_id="1065", **values)


def nobody(url, body, headers):
    raise AssertionError("nothing is posted here")


@pytest.mark.parametrize("slug", CHANNELS)
def test_each_channel_has_its_row_in_the_docs_and_cannot_be_changed_after_building(slug):
    channel_class = CHANNELS[slug]

    assert f"| `{slug}` |" in DOCS.read_text()
    assert channel_class.__dataclass_params__.frozen
    assert (slug, channel_class.label) in channel_choices()


@pytest.mark.parametrize("slug", CHANNELS)
def test_no_channel_shows_its_secrets(settings, slug):
    settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_ID = "EAAtoken", "1065"

    channel = build_channel(slug)

    assert channel.slug == slug
    assert "EAAtoken" not in repr(channel)


def test_every_code_of_the_table_is_in_the_docs_and_has_one_remedy():
    text = DOCS.read_text()
    documented = [code for code in REMEDIES if code not in range(200, 300)]

    assert [code for code in documented if str(code) not in text] == []
    assert sum(len(codes) for codes in CODES.values()) == len(REMEDIES)


@pytest.mark.parametrize(
    ("status", "is_transient", "remedy"),
    [(400, False, "fail"), (400, True, "retry"), (429, False, "retry"), (500, False, "retry")],
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

    assert caught.value.remedy == Remedy.HOLD_CHANNEL


def test_inside_the_window_text_goes_out_although_a_template_is_set():
    channel = whatsapp(template="desk_signal")
    outgoing = Outgoing(delivery_id="d", address="+447911123456", text="hello", window_open=True)

    assert json.loads(channel.compose(outgoing))["type"] == "text"


def test_the_recipients_language_picks_the_template():
    channel = whatsapp(template="desk_signal", template_language="en")
    outgoing = Outgoing(delivery_id="d", address="+4915112345678", text="hello", language="de")

    template = json.loads(channel.compose(outgoing))["template"]

    assert template["language"] == {"code": "de"}


def test_the_token_is_the_one_field_kept_out_of_the_repr():
    assert {field.name for field in dataclasses.fields(whatsapp()) if not field.repr} == {
        "post_json",
        "token",
    }
