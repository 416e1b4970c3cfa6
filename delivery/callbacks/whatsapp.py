"""WhatsApp's callbacks, read (pure): who may call, what became of posts, what people wrote."""

import hashlib
import hmac
from collections.abc import Iterator
from typing import Any

from delivery.callbacks.incoming import (
    Item,
    Moved,
    Report,
    Unreadable,
    Words,
    inner,
    loaded,
    objects,
    text_of,
    time_of,
)
from delivery.redaction import redact

STATUSES = ("sent", "delivered", "read", "failed")  # others, such as "deleted", mean nothing here
ANSWERS = (("button",), ("interactive", "button_reply"), ("interactive", "list_reply"))


def is_signed(body: bytes, signature: str, *, secret: str) -> bool:
    """Whether Meta signed exactly these bytes; never without a secret."""
    expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return bool(secret) and hmac.compare_digest(expected.encode(), signature.encode())


def read(body: str) -> list[Item]:
    """Everything `body` says, in its order; raises Unreadable when it is no callback at all."""
    content = loaded(body)
    if not isinstance(content.get("entry"), list):
        raise Unreadable("no list called entry")
    return [
        item
        for entry in objects(content, "entry")
        for change in objects(entry, "changes")
        for item in _items(inner(change, "value"))
    ]


def _items(value: dict[str, Any]) -> Iterator[Item]:
    for status in objects(value, "statuses"):
        report = _report(status)
        if report.provider_id and report.status in STATUSES:
            yield report
    people = list(objects(value, "contacts"))
    for message in objects(value, "messages"):
        item = _moved(message) if message.get("type") == "system" else _words(message, people)
        if item is not None:
            yield item


def _report(status: dict[str, Any]) -> Report:
    error: dict[str, Any] = next(objects(status, "errors"), {})
    detail = (
        text_of(inner(error, "error_data"), "details", most=1000)
        or text_of(error, "message", most=1000)
        or text_of(error, "title", most=1000)
    )
    return Report(
        provider_id=text_of(status, "id"),
        status=text_of(status, "status"),
        at=time_of(status, "timestamp"),
        echo=text_of(status, "biz_opaque_callback_data"),
        code=text_of(error, "code", most=40),
        detail=redact(detail),
    )


def _words(message: dict[str, Any], people: list[dict[str, Any]]) -> Words | None:
    message_id, number = text_of(message, "id"), text_of(message, "from")
    person = _person(message, number, people)
    user_id = text_of(message, "from_user_id", most=128) or text_of(person, "user_id", most=128)
    number = number or text_of(person, "wa_id")
    if not message_id or not (number or user_id):
        return None
    text, payload = _text(message)
    return Words(
        provider_id=message_id,
        text=text,
        payload=payload,
        address=_plus(number),
        user_id=user_id,
        name=text_of(inner(person, "profile"), "name", most=80),
        at=time_of(message, "timestamp"),
    )


def _person(message: dict[str, Any], number: str, people: list[dict[str, Any]]) -> dict[str, Any]:
    """The contact who wrote `message`; the only one when there is but one."""
    user_id = text_of(message, "from_user_id", most=128)
    for person in people:
        is_number = number and text_of(person, "wa_id") == number
        if is_number or (user_id and text_of(person, "user_id", most=128) == user_id):
            return person
    return people[0] if len(people) == 1 else {}


def _text(message: dict[str, Any]) -> tuple[str, str]:
    """What was written, or the words of the button pressed and what stands behind it."""
    body = text_of(inner(message, "text"), "body", most=1000)
    if body:
        return body, ""
    for path in ANSWERS:
        pressed = inner(message, *path)
        text = text_of(pressed, "text", most=1000) or text_of(pressed, "title", most=1000)
        payload = text_of(pressed, "payload") or text_of(pressed, "id")
        if text or payload:
            return text, payload
    return "", ""


def _moved(message: dict[str, Any]) -> Moved | None:
    system = inner(message, "system")
    new = text_of(system, "wa_id") or text_of(system, "new_wa_id")
    old = text_of(message, "from") or text_of(system, "customer")
    is_change = text_of(system, "type") in ("user_changed_number", "customer_changed_number")
    if not (is_change and new.isdigit() and old):
        return None
    user_id = text_of(message, "from_user_id", most=128)
    return Moved(address=_plus(old), new_address=_plus(new), user_id=user_id)


def _plus(number: str) -> str:
    return f"+{number}" if number.isdigit() else ""
