"""The storm's provider writes down what it accepts before anybody hears of it."""

import hashlib
import hmac
import json
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.request import urlopen

import pytest
import requests
from pytest_httpserver import HTTPServer

from tests.crash.callbacks import APP_SECRET
from tests.crash.scenes import scene_for
from tests.crash.storm import provider
from tests.crash.verdict import read_journal
from tests.processes import free_port, wait_for

pytestmark = pytest.mark.processes

SEED = 5


def post(port, text):
    body = {"to": "4479", "type": "text", "text": {"body": text}, "biz_opaque_callback_data": "d1"}
    return requests.post(f"http://127.0.0.1:{port}/v25.0/1/messages", json=body, timeout=5)


def text_for(name):
    """A text that meets the scene `name` at its first try."""
    texts = (f"BUY {n}" for n in range(5000))
    return next(text for text in texts if scene_for(SEED, "4479", text, 0).name == name)


@pytest.fixture
def started(tmp_path):
    port, journal = free_port(), tmp_path / "journal.jsonl"
    with provider(journal, port=port, seed=SEED):
        yield port, journal


def test_an_acceptance_is_in_the_journal_before_its_answer_comes(started):
    port, journal = started

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(post, port, text_for("slow"))
        [entry] = wait_for(lambda: read_journal(journal), seconds=5, what="an acceptance")
        was_answered = answer.done()

    assert not was_answered
    assert (entry["what"], entry["reference"]) == ("accepted", "d1")
    assert answer.result().json()["messages"][0]["id"] == entry["id"]


@pytest.mark.parametrize("name", ["drop", "half"])
def test_a_cut_answer_is_accepted_all_the_same(started, name):
    port, journal = started

    with pytest.raises(requests.RequestException):
        post(port, text_for(name))

    assert read_journal(journal)[0]["scene"] == name


def test_a_refusal_says_why(started):
    port, journal = started

    answer = post(port, text_for("pair"))

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, 131056)
    assert [entry["what"] for entry in read_journal(journal)] == ["refused"]


def test_statuses_come_signed_until_somebody_takes_them(tmp_path, httpserver: HTTPServer):
    httpserver.expect_oneshot_request("/hook").respond_with_data("busy", status=503)
    httpserver.expect_request("/hook").respond_with_data("ok")
    port = free_port()
    url = httpserver.url_for("/hook")
    with provider(tmp_path / "journal.jsonl", port=port, seed=SEED, callbacks=url):
        post(port, text_for("good"))
        wait_for(lambda: nothing_waits(port), seconds=30, what="every status taken")
        requests_seen = [request for request, _ in httpserver.log]

    for request in requests_seen:
        digest = hmac.new(APP_SECRET.encode(), request.data, hashlib.sha256).hexdigest()
        assert request.headers["X-Hub-Signature-256"] == f"sha256={digest}"
    assert {"sent", "delivered"} <= {status for r in requests_seen for status in statuses(r)}


def statuses(request):
    value = json.loads(request.data)["entry"][0]["changes"][0]["value"]
    return [status["status"] for status in value["statuses"]]


def nothing_waits(port):
    time.sleep(0.5)  # a status that is being sent waits nowhere
    with urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
        state = json.load(answer)
    return not state["waiting"] and state["answers"].get("200")
