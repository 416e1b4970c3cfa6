"""Ten thousand reports, shuffled, repeated and late; and bytes nobody meant."""

import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from delivery.callbacks import telegram, whatsapp
from delivery.callbacks.incoming import Moved, Report, Unreadable, Words
from delivery.callbacks.store import act_on, act_on_waiting, keep
from delivery.models import Callback, Delivery, ProviderStatus
from tests.builders import NOON, make_recipient
from tests.delivery.meta import LATER, SECRET, call, callback, make_posted, status

KINDS = ("sent", "delivered", "read", "failed")
STORIES = [  # what may be reported of one post, and how it then ends
    (("sent",), "sent"),
    (("sent", "delivered"), "delivered"),
    (("sent", "delivered", "read"), "read"),
    (("read",), "read"),
    (("sent", "failed"), "failed"),
    ((), "sent"),
]


def make_posts(count, *, state="sent"):
    """Deliveries of as many posts, with the story of each."""
    recipient = make_recipient()
    stories = [STORIES[n % len(STORIES)] for n in range(count)]
    return [
        (make_posted(state, wamid=f"wamid.{n}", recipient=recipient), *story)
        for n, story in enumerate(stories)
    ]


def reports_of(posts, *, total, seed):
    """`total` reports: each at least once, many again, in any order, seconds apart."""
    chance = random.Random(seed)
    each = [
        status(f"wamid.{n}", kind, at=NOON + timedelta(seconds=KINDS.index(kind)), code=100)
        for n, (_, kinds, _) in enumerate(posts)
        for kind in kinds
    ]
    every = each + chance.choices(each, k=total - len(each))
    chance.shuffle(every)
    return every


@pytest.mark.once
@pytest.mark.django_db
def test_ten_thousand_shuffled_and_repeated_reports_end_at_the_highest_with_one_effect_each(
    client, settings
):
    settings.WHATSAPP_APP_SECRET = SECRET
    posts = make_posts(900)
    reports = reports_of(posts, total=10_000, seed=3)
    alone, bulk = reports[:200], reports[200:]

    for report in alone:
        assert call(client, callback(statuses=[report])).status_code == 200
        assert call(client, callback(statuses=[report]), signed=False).status_code == 403
    late = [bulk[start : start + 490] for start in range(0, len(bulk), 490)]
    for batch in late:
        assert call(client, callback(statuses=batch)).status_code == 200
    while Callback.objects.filter(processed_at=None).exists():
        act_on_waiting(now=LATER)

    states = dict(Delivery.objects.values_list("pk", "state"))
    assert [states[delivery.pk] for delivery, *_ in posts] == [end for *_, end in posts]
    assert ProviderStatus.objects.count() == sum(len(kinds) for _, kinds, _ in posts)
    assert effects("read") == sum("read" in kinds for _, kinds, _ in posts)
    assert effects("failed") == sum("failed" in kinds for _, kinds, _ in posts)
    assert effects("delivered") <= sum("delivered" in kinds for _, kinds, _ in posts)
    assert_each_effect_once()


def effects(what):
    return Event.objects.filter(kind=f"delivery.{what}").count()


def assert_each_effect_once():
    effects = Event.objects.filter(kind__startswith="delivery.").values_list("kind", "subject")
    assert len(effects) == len(set(effects))


@pytest.mark.django_db(transaction=True)
def test_processors_side_by_side_give_each_report_one_effect():
    if connection.vendor == "sqlite":
        pytest.skip("SQLite keeps the test database in one connection; PostgreSQL shows this")
    posts = make_posts(24, state="uncertain")
    reports = reports_of(posts, total=400, seed=5)
    kept = [
        keep("whatsapp", callback(statuses=reports[start : start + 20]), now=LATER)
        for start in range(0, 400, 20)
    ]

    def work(worker):
        try:
            for stored in kept:
                act_on(stored, now=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    for delivery, kinds, end in posts:
        delivery.refresh_from_db()
        assert delivery.state == (end if kinds else "uncertain")
    assert_each_effect_once()
    assert ProviderStatus.objects.count() == sum(len(kinds) for _, kinds, _ in posts)


NAMES = """
    object entry changes value statuses messages contacts id status timestamp errors code title name
    error_data details from text body type system wa_id user_id button payload interactive profile
    button_reply list_reply update_id message chat my_chat_member new_chat_member date
    migrate_to_chat_id biz_opaque_callback_data
"""
NAME = st.sampled_from(NAMES.split())
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(st.characters(), max_size=12),
    st.sampled_from(["sent", "failed", "text", "system", "user_changed_number", "STOP", "4479"]),
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES.split()), inner, max_size=6)
    ),
    max_leaves=30,
)


def storable(item):
    """Every text of `item` as a database takes it."""
    for value in vars(item).values():
        if isinstance(value, str):
            assert "\0" not in value
            value.encode()
            assert len(value) <= 1000


@given(value=ANYTHING)
def test_no_json_breaks_the_reader_of_whatsapps_callbacks(value):
    wrapped = {"entry": [{"changes": [{"value": value}]}, value]}

    for item in whatsapp.read(json.dumps(wrapped)):
        assert isinstance(item, Report | Words | Moved)
        storable(item)


@given(content=ANYTHING)
def test_no_json_breaks_the_reader_of_telegrams_updates(content):
    for wrapped in (content, {"update_id": 1, "message": content, "my_chat_member": content}):
        try:
            items = telegram.read(json.dumps(wrapped))
        except Unreadable:
            continue
        for item in items:
            storable(item)


@pytest.mark.parametrize("read", [whatsapp.read, telegram.read])
@given(body=st.binary() | st.text().map(str.encode) | st.just(b"[" * 100_000))
def test_bytes_that_are_no_callback_are_called_unreadable(read, body):
    try:
        assert read(body.decode(errors="replace")) == []
    except Unreadable as error:
        assert str(error)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    [
        {"statuses": [{"id": "x" * 9_000, "status": "sent", "timestamp": "9" * 400}]},
        {"statuses": [{"id": "w\0id", "status": "read", "biz_opaque_callback_data": "no uuid"}]},
        {"statuses": [{"id": 10**50, "status": "sent"}, {"id": "a", "status": ["sent"]}]},
        {"messages": [{"id": "m", "from": "\ud800", "text": {"body": "a\0b\ud800"}}]},
        {"messages": [{"id": "m", "from": "4", "type": "system", "system": {"wa_id": "x"}}]},
    ],
)
def test_odd_values_are_taken_without_an_error(value):
    body = json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()

    stored = keep("whatsapp", body, now=LATER)
    act_on(stored, now=LATER)

    stored.refresh_from_db()
    assert (stored.processed_at, stored.error) == (LATER, "")
