"""A POST with an Idempotency-Key is done once, however often it is sent."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from access.idempotency import HEADER, REPLAYED
from access.kept_answers import empty_answers
from access.models import KeptAnswer
from access.tasks import forget_kept_answers
from audit.models import Event
from tests.builders import make_key, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def send(client):
    """POST as a script that may run the desk."""
    _, text = make_key("signals:write")

    def post(key="k1", path="/api/sends", api_key=text, **body):
        headers = {"X-Api-Key": api_key} | ({HEADER: key} if key is not None else {})
        return client.post(path, body, content_type="application/json", headers=headers)

    return post


def code(answer):
    return answer.json()["error"]["code"]


def done():
    return Event.objects.filter(kind="test.sent").count()


def test_a_repeat_gets_the_first_answer_and_does_nothing(send):
    first, again = send(symbol="EURUSD"), send(symbol="EURUSD")

    assert (first.status_code, again.status_code) == (202, 202)
    assert first.json() == again.json()
    assert REPLAYED not in first.headers
    assert again.headers[REPLAYED] == "true"
    assert done() == 1


def test_without_the_header_each_request_is_done(send):
    assert send(key=None).json() != send(key=None).json()
    assert done() == 2
    assert not KeptAnswer.objects.exists()


@pytest.mark.parametrize("other", [{"symbol": "GBPUSD"}, {"path": "/api/sends/2"}])
def test_a_key_is_for_one_request_alone(send, other):
    send(symbol="EURUSD")

    refused = send(**other)

    assert refused.status_code == 422
    assert code(refused) == "IDEMPOTENCY_KEY_REUSED"
    assert done() == 1


def test_two_callers_never_share_a_key(send, client):
    send()
    other_key = send(api_key=make_key("signals:write")[1])
    client.force_login(make_user("sam", "staff"))
    person = client.post("/api/sends", {}, "application/json", headers={HEADER: "k1"})

    assert REPLAYED not in other_key.headers
    assert REPLAYED not in person.headers
    assert done() == 3


@pytest.mark.parametrize("key", ["", "a b", "ä", "k" * 65, "tab\there"])
def test_a_key_nobody_could_type_is_refused(send, key):
    refused = send(key=key)

    assert refused.status_code == 400
    assert code(refused) == "IDEMPOTENCY_KEY_INVALID"
    assert done() == 0


@pytest.mark.parametrize("refusal", [{"refuse": True}, {"answer": 409}])
def test_a_refusal_undoes_all_and_does_not_stick(send, refusal):
    assert send(**refusal).status_code == 409
    assert (done(), KeptAnswer.objects.count()) == (0, 0)

    assert send().status_code == 202


def test_who_may_no_longer_send_gets_no_kept_answer(send):
    key, text = make_key("signals:write")
    send(api_key=text)
    key.scopes = ["signals:read"]
    key.save()

    assert send(api_key=text).status_code == 403


def test_after_a_day_the_key_is_new_again(send):
    send()

    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert REPLAYED not in send().headers

    assert done() == 2


def test_answers_over_a_day_old_are_forgotten(send):
    send()
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        send(key="k2")
        forget_kept_answers()

    assert [kept.key for kept in KeptAnswer.objects.all()] == ["k2"]


def test_what_names_somebody_who_is_forgotten_is_emptied_and_not_done_again(send):
    send()
    body = '{"name":"Zoë \\"Z\\"","state":"sent"}'
    KeptAnswer.objects.update(body=body)

    empty_answers(naming='Zoë "Z"')
    again = send()

    assert (again.status_code, again.content) == (202, b"")
    assert done() == 1
