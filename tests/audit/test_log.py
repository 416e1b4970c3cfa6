from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.log import Entry, log_event, log_events, one_line
from audit.models import Event
from audit.sealing import chain

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_an_event_keeps_who_what_and_when():
    log_event(
        "config.changed",
        at=AT,
        text="fast EMA 12 to 10",
        actor="anna",
        subject="config:3",
        payload={"before": {"fast": 12}, "after": {"fast": 10}},
    )

    event = Event.objects.get()
    assert (event.at, event.kind, event.actor) == (AT, "config.changed", "anna")
    assert event.payload["after"] == {"fast": 10}


@pytest.mark.parametrize(
    ("raw", "line"),
    [
        ("two\nlines\r\n", "two lines"),
        ("bell\x07 and nul\x00", "bell and nul"),
        ("\x1b[31mred", "[31mred"),
        ("x" * 30, "x" * 19 + "…"),
    ],
)
def test_text_from_outside_becomes_one_short_plain_line(raw, line):
    assert one_line(raw, limit=20) == line


entries = st.builds(
    Entry,
    kind=st.sampled_from(["signal.generated", "signal.closed"]),
    at=st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1)),
    text=st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=600),
    subject=st.text("signal:0123456789", max_size=120),
    payload=st.dictionaries(st.text("abc"), st.none() | st.integers(0, 9) | st.floats(-1, 1)),
)


def digests(ids):
    """Of the chain over these events as they are stored, numbered from 1 in the order of `ids`."""
    rows = Event.objects.in_bulk(ids)
    for number, pk in enumerate(ids, start=1):
        rows[pk].pk = number
    return [seal.hash for seal in chain(None, [rows[pk] for pk in ids], sealed_at=AT)]


@pytest.mark.django_db
@given(st.lists(entries, max_size=8))
def test_many_at_once_are_stored_as_if_logged_one_by_one(several):
    together = [event.pk for event in log_events(several)]
    alone = [log_event(**vars(entry)).pk for entry in several]

    assert digests(together) == digests(alone)
