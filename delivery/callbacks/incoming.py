"""What a callback can say, whoever the provider is, and how its loose JSON is read (pure)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

OLDEST = timedelta(days=8)  # Meta delivers a callback again for seven days
AHEAD = timedelta(minutes=5)  # what their clock may be before ours


class Unreadable(ValueError):
    """The body is not what this provider sends; the text says why."""


@dataclass(frozen=True, kw_only=True)
class Report:
    """What became of one accepted post."""

    provider_id: str
    status: str  # sent, delivered, read, failed
    at: datetime | None = None  # None: the provider did not say, or nothing readable
    echo: str = ""  # the delivery id the post carried
    code: str = ""
    detail: str = ""  # redacted


@dataclass(frozen=True, kw_only=True)
class Words:
    """A message somebody wrote to the desk."""

    provider_id: str
    text: str = ""
    payload: str = ""  # of a button they pressed
    address: str = ""  # as the provider writes it; "" when it does not tell
    alias: str = ""  # another name of the same address, @channelname
    user_id: str = ""
    name: str = ""
    at: datetime | None = None
    may_join: bool = False  # writing /start here is how a stranger asks to be let in


@dataclass(frozen=True, kw_only=True)
class Moved:
    """Somebody has another address now."""

    address: str
    new_address: str
    user_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Gone:
    """Somebody blocked the desk."""

    address: str
    reason: str


Item = Report | Words | Moved | Gone


def loaded(body: str) -> dict[str, Any]:
    """The JSON object in `body`; raises Unreadable."""
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable("not JSON") from None
    if not isinstance(content, dict):
        raise Unreadable("not a JSON object")
    return content


def objects(container: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """The objects in the list called `name`; whatever else is there is passed over."""
    found = container.get(name)
    for item in found if isinstance(found, list) else ():
        if isinstance(item, dict):
            yield item


def inner(container: dict[str, Any], *names: str) -> dict[str, Any]:
    """The object at this path; empty when there is none."""
    for name in names:
        found = container.get(name)
        container = found if isinstance(found, dict) else {}
    return container


def text_of(container: dict[str, Any], name: str, *, most: int = 200) -> str:
    """The text or whole number called `name`, as a database can store it; "" when neither."""
    found = container.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int):
        return ""
    if isinstance(found, int) and abs(found) >= 10**40:
        return ""
    plain = str(found).replace("\0", "").encode(errors="replace").decode()
    return plain.strip()[:most]


def time_of(container: dict[str, Any], name: str) -> datetime | None:
    """The Unix seconds called `name`, a number or digits, as a time; None when unreadable."""
    digits = text_of(container, name)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 10):
        return None
    return datetime.fromtimestamp(int(digits), UTC)


def plausible(at: datetime | None, *, now: datetime) -> datetime:
    """`at` unless it is missing, in the future or too old to be true: then `now`."""
    if at is None or not now - OLDEST <= at <= now + AHEAD:
        return now
    return min(at, now)
