"""The page Docs: for this very installation, and every example on it works."""

import base64
import html
import json
import os
import re
import subprocess
import sys
import time

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audit.log import log_event
from audit.sealing import seal_pending
from dashboard.docs.content import SAMPLE, SAMPLE_TEXT
from delivery.channels.webhook import signature
from delivery.models import Delivery, Recipient
from delivery.pauses import current_pause
from markets.models import Candle
from signals.messages import signal_json, signal_text, told
from tests.builders import PASSWORD, make_key, make_recipient, make_signal, make_symbol, make_user
from tests.dashboard.streaming_desk import streaming_desk

BLOCK = re.compile(r'<code id="example-([\w-]+)" data-example="(\w+)">(.*?)</code>', re.DOTALL)
PYTHON = [sys.executable, "-c"]
STREAMS = {"stream-sh": ["bash", "-c"], "stream-py": PYTHON, "feed-py": PYTHON}
ALL = ("signals:read", "signals:write", "candles:write", "ops:read")


@pytest.fixture
def page(client):
    client.force_login(make_user())
    return lambda: client.get("/docs/").content.decode()


def examples_on(page_text):
    """(kind, text) of each example by its name, as somebody would copy it."""
    found = {name: (kind, html.unescape(text)) for name, kind, text in BLOCK.findall(page_text)}
    assert len(found) > 12
    return found


def shown_json(page_text):
    text = page_text.partition('<code id="signal-json">')[2].partition("</code>")[0]
    return json.loads(html.unescape(text))


def run(command, text, **environment):
    """What the example prints; it must not fail."""
    done = subprocess.run(
        [*command, text],
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def desk(transactional_db, live_server, settings):
    """A desk that serves, with a signal, somebody to send to, and what the examples ask for."""
    settings.PUBLIC_BASE_URL = live_server.url
    settings.WHATSAPP_VERIFY_TOKEN = "word"
    make_signal()
    make_recipient("Demo", channel="preview", address="demo")
    user = make_user("anna", "staff")
    client = Client()
    client.force_login(user)
    environment = {"DESK_KEY": make_key(*ALL)[1], "DESK_USER": "anna", "DESK_PASSWORD": PASSWORD}
    environment["WHATSAPP_VERIFY_TOKEN"] = "word"
    return examples_on(client.get("/docs/").content.decode()), environment


def test_every_curl_example_gets_the_answer_it_promises(desk):
    examples, environment = desk
    names = [n for n, (kind, _) in examples.items() if kind == "sh" and n not in STREAMS]
    assert len(names) >= 10

    for name in names:
        before = examples["login-sh"][1] if name == "refresh-sh" else ""
        text = examples[name][1].replace("curl ", "curl --fail-with-body ")
        print(run(["bash", "-euc"], f"{before}\n{text}", **environment))

    assert Candle.objects.get().feed == "push"
    assert current_pause() is None
    assert Recipient.objects.filter(channel="email", address="anna@example.org").exists()
    assert Delivery.objects.filter(message__kind__in=("manual", "test")).count() >= 1


def test_every_python_example_runs(desk):
    examples, environment = desk
    names = [n for n, (kind, _) in examples.items() if kind == "py" and n not in STREAMS]
    assert len(names) >= 5

    printed = [run([sys.executable, "-c"], examples[name][1], **environment) for name in names]

    assert any("1 signals" in text for text in printed)
    assert any("'stored': 1" in text for text in printed)
    assert current_pause() is None


def happen():
    """A new signal, logged and sealed as the engine and the sealer do it."""
    signal = make_signal()
    facts = {"subject": f"signal:{signal.pk}", "payload": told(signal)}
    log_event("signal.generated", at=timezone.now(), text="EURUSD BUY", **facts)
    seal_pending()
    return signal


@pytest.mark.parametrize(("name", "command"), STREAMS.items())
def test_a_stream_example_tells_what_happens(transactional_db, client, settings, name, command):
    with streaming_desk() as url:
        settings.PUBLIC_BASE_URL = url
        client.force_login(make_user())
        text = examples_on(client.get("/docs/").content.decode())[name][1]
        environment = {"PATH": os.environ["PATH"], "DESK_KEY": make_key("signals:read")[1]}

        with subprocess.Popen(
            [*command, text], env=environment, stdout=subprocess.PIPE, text=True
        ) as listener:
            assert any("health" in line for line in listener.stdout)
            signal = happen()
            heard = next(line for line in listener.stdout if "confidence" in line)
            listener.terminate()

    assert signal.symbol.code in heard
    assert "1.08523" in heard


@pytest.mark.django_db
def test_the_signature_example_takes_what_the_desk_signs_and_nothing_else(page):
    names = {}
    exec(examples_on(page())["verify-py"][1], names)  # noqa: S102
    key, body, sent_at = b"k" * 32, b'{"type": "message.signal"}', str(int(time.time()))
    names["SECRET"] = f"whsec_{base64.b64encode(key).decode()}"
    headers = {"webhook-id": "7", "webhook-timestamp": sent_at}

    headers["webhook-signature"] = f"v1,old {signature(key, '7', sent_at, body)}"

    assert names["is_ours"](headers, body)
    assert not names["is_ours"](headers, body + b" ")
    assert not names["is_ours"]({**headers, "webhook-timestamp": "1763467200"}, body)


@pytest.mark.django_db
def test_the_example_is_the_newest_public_signal(page):
    make_signal(minutes_ago=9)
    newest = make_signal(minutes_ago=3, confidence=0.5)
    make_signal(minutes_ago=1, status="blocked")

    text = page()

    assert shown_json(text) == signal_json(newest)
    assert html.escape(signal_text(newest)) in text
    assert "made-up sample" not in text


@pytest.mark.django_db
def test_without_a_signal_the_sample_says_so_and_has_the_contracts_keys(page):
    make_symbol("USDJPY", digits=3)
    text = page()

    assert shown_json(text) == SAMPLE
    assert "made-up sample" in text
    assert "symbol=USDJPY" in text
    assert list(SAMPLE) == list(signal_json(make_signal()))
    assert signal_text(make_signal(minutes_ago=2)) == SAMPLE_TEXT


@pytest.mark.django_db
def test_every_example_is_for_this_installation(page, settings):
    settings.PUBLIC_BASE_URL = "https://desk.example.org"

    for name, (_, text) in examples_on(page()).items():
        assert name in ("setup-sh", "verify-py") or "https://desk.example.org" in text
        assert "{{" not in text


@pytest.mark.django_db
def test_no_secret_of_the_desk_is_in_the_docs(page, settings):
    settings.WHATSAPP_VERIFY_TOKEN, settings.WHATSAPP_APP_SECRET = "CANARYword", "CANARYsecret"

    text = page()

    assert "CANARY" not in text
    assert "••••••" in text


@pytest.mark.django_db
def test_every_entry_of_the_contents_leads_to_its_section(page):
    text = page()

    targets = re.findall(r'<a href="#([\w-]+)">', text)
    assert len(targets) >= 10
    assert all(f'id="{target}"' in text for target in targets)


@pytest.mark.django_db
def test_the_limits_are_those_that_hold(page, settings):
    rates = {"public": "77/min", "token": "10/min", "write": "600/min"}
    settings.REST_FRAMEWORK = {**settings.REST_FRAMEWORK, "DEFAULT_THROTTLE_RATES": rates}

    assert '<dt class="num text-right">77</dt>' in page()


@pytest.mark.django_db
def test_the_page_costs_the_same_with_many_signals(client):
    client.force_login(make_user())
    make_signal()
    with CaptureQueriesContext(connection) as few:
        client.get("/docs/")
    for minutes in range(2, 12):
        make_signal(minutes_ago=minutes)

    with CaptureQueriesContext(connection) as many:
        client.get("/docs/")

    assert len(many) == len(few)


def test_strangers_are_sent_to_the_login(client):
    assert client.get("/docs/").url == "/login/?next=/docs/"
