"""Outgoing webhooks as Standard Webhooks 1.0.0 has them: signed JSON to somebody's own endpoint."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from delivery.channels.base import Answer, Channel, Doors, Envelope, Outgoing, Pace, Receipt
from delivery.errors import MaybeLeft, NeverLeft, Refused, Remedy

BODY_BYTES = 20_000  # what a receiver must be ready to take
TEXT_CHARACTERS = 4_000  # of a body that would be longer: 16 kB at most
LONGEST_WAIT = 300.0  # seconds an endpoint may ask for
BUSY = (429, 503)


@dataclass(frozen=True, kw_only=True)
class Webhook(Channel):
    """Post each message to an endpoint whose owner drops repeats by `webhook-id`.

    Whatever goes wrong holds this one endpoint, never the others: each is somebody else's server.
    """

    slug: ClassVar[str] = "webhook"
    label: ClassVar[str] = "Webhook"
    address_help: ClassVar[str] = "the endpoint's address, https://example.org/hook"
    is_repeatable: ClassVar[bool] = True
    posts_to_address: ClassVar[bool] = True
    pace: ClassVar[Pace] = Pace(
        per_second=100,
        burst=100,
        recipient_seconds=0.5,
        recipient_burst=8,  # half the lanes, so that a slow endpoint leaves room for others
    )

    @staticmethod
    def clean_address(address: str) -> str:
        url = address.strip()
        try:
            parts = urlsplit(url)
            is_whole = bool(parts.hostname) and parts.port != 0 and parts.username is None
        except ValueError:
            is_whole = False
        if not is_whole or parts.scheme not in ("https", "http") or not url.isprintable():
            raise ValueError("Write the whole address, for example https://example.org/hook")
        if " " in url or parts.fragment:
            raise ValueError("An address holds no space and no #.")
        return url

    def compose(self, outgoing: Outgoing) -> Envelope:
        body = _body(outgoing)
        name, sent_at = outgoing.delivery_id, str(int(outgoing.now.timestamp()))
        signatures = [signature(key, name, sent_at, body) for key in outgoing.signing_keys]
        return Envelope(
            body=body,
            url=outgoing.address,
            headers={
                "webhook-id": name,
                "webhook-timestamp": sent_at,
                "webhook-signature": " ".join(signatures),
            },
        )

    def post(self, envelope: Envelope, doors: Doors) -> Receipt:
        try:
            answer = doors.post_json(envelope.url, envelope.body, envelope.headers)
        except (NeverLeft, MaybeLeft) as error:
            remedy = Remedy.RETRY_RECIPIENT
            raise Refused(error.code, error.detail, remedy=remedy) from None
        sent_at = datetime.fromtimestamp(int(envelope.headers["webhook-timestamp"]), UTC)
        check_answer(answer, now=sent_at)
        return Receipt(provider_id=envelope.headers["webhook-id"], is_delivered=True)


def signature(key: bytes, name: str, sent_at: str, body: bytes) -> str:
    """The signature of one post by one key, `v1,<base64>`."""
    signed = f"{name}.{sent_at}.".encode() + body
    return f"v1,{b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()}"


def check_answer(answer: Answer, *, now: datetime) -> None:
    """Raise Refused unless `answer` is a 2xx; its body is nobody's business."""
    status = answer.status
    if 200 <= status < 300:
        return
    detail = f"the endpoint answered HTTP {status}"
    if status == 410:
        raise Refused("410", f"{detail}: gone", remedy=Remedy.DISABLE_RECIPIENT)
    if 300 <= status < 400:
        why = f"{detail}; redirects are not followed, enter the new address"
        raise Refused(str(status), why, remedy=Remedy.FAIL_RECIPIENT)
    wait = wait_asked(answer.headers.get("retry-after", ""), now=now) if status in BUSY else None
    raise Refused(str(status), detail, remedy=Remedy.RETRY_RECIPIENT, wait_seconds=wait)


def wait_asked(retry_after: str, *, now: datetime) -> float | None:
    """Seconds of a Retry-After header, a number or a date: 1 to 300; None if it is neither."""
    try:
        if retry_after.isdecimal():
            return min(max(float(retry_after[:9]), 1.0), LONGEST_WAIT)
        until = parsedate_to_datetime(retry_after)
        seconds = (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds()
    except (ValueError, TypeError, OverflowError):
        return None
    return min(max(seconds, 1.0), LONGEST_WAIT)


def _body(outgoing: Outgoing) -> bytes:
    """Everything about the message; only the start of its text where that would be too long."""
    whole = {**outgoing.fields, "title": outgoing.title, "text": outgoing.text}
    if outgoing.quoted is not None:
        whole["in_reply_to"] = outgoing.quoted.provider_id  # the webhook-id of that message
    body = _written(outgoing, whole)
    if len(body) < BODY_BYTES:
        return body
    return _written(outgoing, {"text": outgoing.text[:TEXT_CHARACTERS]})


def _written(outgoing: Outgoing, content: Mapping[str, Any]) -> bytes:
    happened_at = (outgoing.created_at or outgoing.now).astimezone(UTC)
    event = {
        "type": f"message.{outgoing.kind}",
        "timestamp": happened_at.isoformat().replace("+00:00", "Z"),
        "data": content,
    }
    return json.dumps(event, ensure_ascii=False).encode()
