from datetime import UTC, datetime

import pytest

from audit.log import log_event, one_line
from audit.models import Event

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
