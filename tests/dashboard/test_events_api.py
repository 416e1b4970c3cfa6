"""The log for scripts."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from audit.log import log_event
from audit.models import Event
from audit.sealing import seal_pending
from dashboard.logs.reading import Asked, read
from tests.builders import NOON, make_key, make_user
from tests.rich import PHONE, make_rich_desk

pytestmark = pytest.mark.django_db
PATH = "/api/events"


@pytest.fixture
def script(client):
    """A client with a key that may read operations."""
    client.defaults["HTTP_X_API_KEY"] = make_key("ops:read")[1]
    return client


def happened(kind="signal.generated", minutes=0, **facts):
    at = NOON + timedelta(minutes=minutes)
    return log_event(kind, at=at, text=f"{kind} happened", **facts)


def ids(client, **query):
    return [row["id"] for row in client.get(PATH, query).json()["results"]]


def whole(client, **query):
    """Every row of a list, page by page."""
    found, cursor = [], {}
    while cursor is not None:
        page = client.get(PATH, {**query, **cursor}).json()
        found += page["results"]
        cursor = {"cursor": page["next"]} if page["next"] else None
    return found


def test_only_who_may_read_the_log_gets_in(client):
    reading, other = make_key("ops:read")[1], make_key("signals:read", "signals:write")[1]
    event = happened()

    for path in (PATH, f"{PATH}/{event.pk}"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers={"X-Api-Key": other}).status_code == 403
        assert client.get(path, headers={"X-Api-Key": reading}).status_code == 200


def test_events_are_found_by_kind_subject_actor_and_time(script):
    first = happened(actor="sam", subject="signal:1").pk
    second = happened("signal.blocked", 1, subject="signal:1").pk
    third = happened("kill_switch.on", 2, actor="sam").pk

    assert ids(script) == [third, second, first]
    assert ids(script, kind="signal.blocked") == [second]
    assert ids(script, kind="signal.") == [second, first]
    assert ids(script, subject="signal:1") == [second, first]
    assert ids(script, actor="sam") == [third, first]
    assert ids(script, kind="signal.", actor="sam") == [first]
    assert ids(script, kind="signal.blocked", subject="signal:1") == [second]
    assert ids(script, since="2026-11-18T12:01:00Z", until="2026-11-18T12:02:00Z") == [second]


@pytest.mark.parametrize("query", [{}, {"kind": "signal."}, {"actor": "sam"}, {"kind": "signal.a"}])
def test_pages_follow_each_other_without_a_gap_or_a_repeat(script, query):
    for number in range(12):
        happened(f"signal.{'ab'[number % 2]}", number // 5, actor=("sam", "desk")[number % 3 == 0])
    everything = ids(script, **query)

    assert [row["id"] for row in whole(script, limit=2, **query)] == everything
    assert len(everything) >= 6


@limits(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    made=st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 3))),
    kind=st.sampled_from(["", "k.", "k.a"]),
    actor=st.sampled_from(["", "x"]),
    subject=st.sampled_from(["", "s:1"]),
    window=st.integers(1, 4),
)
def test_short_pages_of_a_bounded_search_add_up(made, kind, actor, subject, window):
    before = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    for name, who, minutes in made:
        happened(f"k.{name}", minutes, actor=who, subject=f"s:{before}")
    about = subject and f"s:{before}"
    found, after, more = [], None, True

    while more:
        asked = Asked(kind=kind, actor=actor, subject=about, after=after)
        page = read(asked, limit=2, window=window)
        found, after, more = found + page.events, page.last, page.more

    assert [event.pk for event in found] == expected(kind, actor, about)


def expected(kind, actor, subject):
    rows = Event.objects.filter(kind__startswith=kind)
    rows = rows.filter(actor=actor) if actor else rows
    rows = rows.filter(subject=subject) if subject else rows
    return list(rows.order_by("-at", "-pk").values_list("pk", flat=True))


def test_an_event_shows_its_seal_once_it_has_one(script):
    first, second = happened(), happened("kill_switch.on")
    assert script.get(f"{PATH}/{first.pk}").json()["seal"] is None
    seal_pending()

    one, two = (script.get(f"{PATH}/{event.pk}").json() for event in (first, second))

    assert (one["seq"], one["seal"]["prev_hash"]) == (1, "0" * 64)
    assert two["seal"]["prev_hash"] == one["seal"]["hash"] == first.seal.hash
    assert [row["seq"] for row in script.get(PATH).json()["results"]] == [2, 1]


def test_where_a_refused_request_came_from_is_for_staff(script):
    happened("access.refused", payload={"address": "198.51.100.7", "code": "X"})

    shown = script.get(PATH).json()["results"][0]["payload"]
    script.defaults.pop("HTTP_X_API_KEY")
    script.force_login(make_user("sam", "staff"))
    told = script.get(PATH, {"kind": "access.refused"}).json()["results"][0]["payload"]

    assert (shown, told["address"]) == ({"code": "X"}, "198.51.100.7")


def test_a_desk_with_a_past_shows_no_phone_number(script):
    make_rich_desk(now=timezone.now())

    rows = whole(script, limit=20)
    said = json.dumps(rows)

    assert len(rows) == Event.objects.count() > 40
    assert PHONE[1:] not in said
    assert "447911" not in said


def test_a_page_costs_the_same_however_many_events_it_shows(script, django_assert_num_queries):
    for number in range(30):
        happened(minutes=number)
    script.get(PATH)  # the key is noted as used

    with django_assert_num_queries(2):  # the key, the events with their seals
        script.get(PATH, {"limit": 2})
    with django_assert_num_queries(2):
        script.get(PATH)


@pytest.mark.parametrize(
    "query",
    [{"kind": "a\0"}, {"since": "noon"}, {"limit": 0}, {"knid": "x"}, {"actor": "a" * 151}],
)
def test_what_no_event_can_have_is_refused(script, query):
    assert script.get(PATH, query).status_code == 400


@pytest.mark.parametrize("place", ["0", "x", "-1", str(2**63), "9" * 40])
def test_a_place_that_is_not_in_the_log_is_not_found(script, place):
    assert script.get(PATH, {"cursor": place}).status_code == 404
    if place.isdecimal():
        assert script.get(f"{PATH}/{place}").status_code == 404
