"""The live parts of the Overview and of every page's frame."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from access.roles import READ_DESK, RUN_DESK, Reader
from dashboard.overview.activity import activity
from dashboard.overview.page import top
from dashboard.overview.phone import phone
from dashboard.overview.setup import setup
from dashboard.overview.symbol_rows import symbol_rows
from dashboard.status import desk_status

Read = Callable[[Reader, datetime], Any]


@dataclass(frozen=True)
class Part:
    """A template and the value it shows, under the name it has there."""

    template: str
    name: str
    read: Read
    permission: str = READ_DESK


def by_time(read: Callable[..., Any]) -> Read:
    """A read that is the same for every reader."""
    return lambda reader, now: read(now=now)


OWN = "dashboard/overview/"

PARTS = {
    "desk-status": Part("dashboard/_status.html", "status", by_time(desk_status)),
    "cards": Part(f"{OWN}_cards.html", "top", by_time(top)),
    "symbols": Part(f"{OWN}_symbols.html", "symbols", by_time(symbol_rows)),
    "activity": Part(f"{OWN}_activity.html", "activity", lambda reader, now: activity(reader)),
    "phone": Part(f"{OWN}_phone.html", "phone", lambda reader, now: phone()),
    "setup": Part(f"{OWN}_setup.html", "setup", lambda reader, now: setup(), RUN_DESK),
}
