"""Scripts that ask again and again: 304 while what they have still holds."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils.http import parse_http_date

from tests.builders import make_key, make_signal, make_symbol, make_tick
from tests.signals.stored_signals import make_position

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 18, 12, 0, 30, tzinfo=UTC)
LATEST = "/api/signals/latest?symbol=EURUSD"
RECENT = "/api/signals/recent"


@pytest.fixture(autouse=True)
def noon(db):
    """Half a minute past noon, a tick in the minute before it, until a test moves the clock."""
    make_tick(at=NOW - timedelta(seconds=87), finished_at=NOW - timedelta(seconds=86))
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def again(client, path, answer, *names):
    """The status of asking once more with the answer's own validators, or those of `names`."""
    sent = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
    headers = {sent[name]: answer[name] for name in names or sent}
    return client.get(path, headers=headers)


@pytest.mark.parametrize("path", [LATEST, RECENT, "/api/signals/{id}"])
@pytest.mark.parametrize("names", [["ETag"], ["Last-Modified"], ["ETag", "Last-Modified"]])
def test_what_did_not_change_is_304_without_a_body(client, path, names):
    path = path.format(id=make_signal().pk)
    first = client.get(path)

    second = again(client, path, first, *names)

    assert (second.status_code, second.content) == (304, b"")
    assert second["ETag"] == first["ETag"]
    assert second["Cache-Control"] == first["Cache-Control"] == "private, no-cache"


def test_caches_keep_the_answers_of_different_callers_apart(client):
    make_signal()

    vary = client.get(LATEST)["Vary"].lower().replace(" ", "").split(",")

    assert {"authorization", "x-api-key", "cookie", "origin"} <= set(vary)


def later(signal, clock):
    clock.shift(timedelta(hours=2))


def newer(signal, clock):
    make_signal(minutes_ago=0)


def closed(signal, clock):
    signal.status = "closed"
    signal.save()
    make_position(signal)
    make_tick(at=NOW, finished_at=NOW + timedelta(seconds=1))


@pytest.mark.parametrize("names", [["ETag"], ["Last-Modified"]])
@pytest.mark.parametrize("change", [newer, closed])
@pytest.mark.parametrize("path", [LATEST, RECENT])
def test_what_changed_is_sent_whole(client, noon, path, change, names):
    signal = make_signal(minutes_ago=2)
    first = client.get(path)
    change(signal, noon)

    second = again(client, path, first, *names)

    assert second.status_code == 200
    assert second.json() != first.json()


@pytest.mark.parametrize("names", [["ETag"], ["Last-Modified"]])
def test_an_older_signal_that_comes_back_when_a_newer_one_expires_is_sent(client, noon, names):
    old = make_signal(minutes_ago=9)
    make_signal(minutes_ago=0, expires_at=NOW + timedelta(minutes=1))
    first = client.get(LATEST)
    noon.shift(timedelta(minutes=2))

    second = again(client, LATEST, first, *names)

    assert (second.status_code, second.json()["id"]) == (200, old.pk)


def test_a_list_that_lost_a_row_is_sent(client):
    signal = make_signal()
    first = client.get(RECENT, {"status": "open"})
    closed(signal, None)

    second = again(client, f"{RECENT}?status=open", first, "Last-Modified")

    assert second.json()["count"] == 0


def test_when_nothing_holds_any_more_there_is_nothing_to_keep(client, noon):
    make_signal()
    first = client.get(LATEST)
    later(None, noon)

    second = again(client, LATEST, first)

    assert (second.status_code, "ETag" in second) == (404, False)
    assert second["Cache-Control"] == "no-store"


def test_an_etag_counts_before_a_date_and_in_any_form_a_proxy_sends(client):
    make_signal()
    first = client.get(LATEST)

    def status(etag):
        headers = {"If-None-Match": etag, "If-Modified-Since": first["Last-Modified"]}
        return client.get(LATEST, headers=headers).status_code

    assert status('"another"') == 200
    assert [status(f'"another", W/{first["ETag"]}'), status("*")] == [304, 304]


def test_head_answers_as_get_without_the_body(client):
    make_signal()

    head, get = client.head(LATEST), client.get(LATEST)

    assert (head.content, head["ETag"]) == (b"", get["ETag"])


def test_what_changes_twice_in_a_second_is_sent_to_who_asked_in_between(client, noon):
    make_signal(minutes_ago=0, issued_at=NOW)
    between = client.get(RECENT)
    make_signal(make_symbol("GBPUSD"), minutes_ago=0, issued_at=NOW + timedelta(milliseconds=400))
    noon.shift(timedelta(seconds=2))

    assert "Last-Modified" not in between
    assert again(client, RECENT, between, "ETag").status_code == 200
    assert parse_http_date(client.get(RECENT)["Last-Modified"]) == NOW.timestamp()


@pytest.mark.parametrize(
    "hidden", [{"status": "blocked"}, {"is_shadow": True}, {"run": "rehearsal"}]
)
def test_one_signal_is_found_by_its_number_unless_it_is_not_public(client, hidden):
    public, secret = make_signal(minutes_ago=2), make_signal(**hidden)

    answers = [client.get(f"/api/signals/{signal.pk}") for signal in (public, secret)]

    assert [answer.status_code for answer in answers] == [200, 404]
    assert answers[0].json() == client.get(RECENT).json()["signals"][0]
    assert answers[1].json()["error"]["code"] == "NOT_FOUND"


def test_a_number_beyond_all_ids_is_not_found(client):
    assert client.get(f"/api/signals/{10**30}").status_code == 404


def test_readers_cost_one_query_however_much_they_find(client, django_assert_num_queries):
    for ago in range(5):
        signal = make_signal(minutes_ago=ago, status="closed")
        make_position(signal)

    for path in (LATEST, RECENT, f"/api/signals/{signal.pk}"):
        with django_assert_num_queries(1):
            client.get(path)


def test_a_closed_api_tells_no_stranger_that_nothing_changed(client, settings):
    settings.PUBLIC_API = False
    make_signal()
    _, key = make_key("signals:read")
    first = client.get(LATEST, headers={"X-Api-Key": key})

    assert again(client, LATEST, first).status_code == 401


def test_while_a_tick_is_at_work_no_date_says_that_nothing_changed(client):
    signal = make_signal(minutes_ago=2)
    first = client.get(RECENT)
    make_tick(at=NOW)
    signal.status = "closed"
    signal.save()

    second = again(client, RECENT, first, "Last-Modified")

    assert second.status_code == 200
    assert "Last-Modified" not in second
