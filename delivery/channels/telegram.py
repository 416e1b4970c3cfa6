"""Telegram Bot API: plain text to one chat, by the bot's sendMessage call."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self

from delivery.channels.base import (
    Answer,
    Channel,
    Doors,
    Envelope,
    Outgoing,
    Pace,
    Receipt,
    required,
)
from delivery.channels.telegram_errors import refusal
from delivery.errors import MaybeLeft

CHAT = re.compile(r"-?[1-9]\d{0,18}|@[A-Za-z]\w{3,31}", re.ASCII)
GATEWAY_STATUSES = (502, 504)  # somebody before the Bot API answered; it may have accepted


@dataclass(frozen=True, kw_only=True)
class Telegram(Channel):
    """Send to a person, group or channel that the bot may write to."""

    slug: ClassVar[str] = "telegram"
    label: ClassVar[str] = "Telegram"
    address_help: ClassVar[str] = "the chat's number, 123456789 or -1001234567890, or @channelname"
    pace: ClassVar[Pace] = Pace(per_second=30, burst=30, recipient_seconds=1, recipient_burst=3)
    settings: ClassVar[tuple[str, ...]] = ("TELEGRAM_BOT_TOKEN", "TELEGRAM_API_BASE")

    token: str = field(repr=False)  # is part of the URL: kept out of logs and tracebacks
    base_url: str = "https://api.telegram.org"

    @classmethod
    def configured(cls, settings: Mapping[str, Any]) -> Self:
        required(settings, "TELEGRAM_BOT_TOKEN")
        base_url = settings["TELEGRAM_API_BASE"].rstrip("/")
        return cls(token=settings["TELEGRAM_BOT_TOKEN"], base_url=base_url)

    @staticmethod
    def clean_address(address: str) -> str:
        chat = address.strip()
        if not CHAT.fullmatch(chat):
            raise ValueError(
                "Write the chat's number, for example 123456789 (a group's begins with -), "
                "or a public channel's name with its @."
            )
        return chat

    def joins(self, outgoing: Outgoing) -> bool:
        return True

    def compose(self, outgoing: Outgoing) -> Envelope:
        content = {  # no parse_mode: a `_` or `<` in a text stays what it is
            "chat_id": outgoing.address,
            "text": outgoing.text,
            "link_preview_options": {"is_disabled": True},
            **_reply(outgoing),
        }
        return Envelope(
            body=json.dumps(content, ensure_ascii=False).encode(),
            url=f"{self.base_url}/bot{self.token}/sendMessage",
        )

    def post(self, envelope: Envelope, doors: Doors) -> Receipt:
        answer = doors.post_json(envelope.url, envelope.body, envelope.headers)
        return read_answer(answer, secret=self.token)


def _reply(outgoing: Outgoing) -> dict[str, Any]:
    """What it replies to, if that is in this chat: numbers of messages count per chat."""
    chat, _, message = outgoing.quoted.provider_id.rpartition(":") if outgoing.quoted else ("",) * 3
    is_here = outgoing.address.startswith("@") or chat == outgoing.address
    if not is_here or not message.isdecimal():
        return {}
    quoted = {"message_id": int(message), "allow_sending_without_reply": True}
    return {"reply_parameters": quoted}


def read_answer(answer: Answer, *, secret: str) -> Receipt:
    """The receipt in `answer`; raises Refused or, where it proves nothing, MaybeLeft."""
    content = _parsed(answer)
    match content:
        case {
            "ok": True,
            "result": {"message_id": int() as message, "chat": {"id": int() as chat}},
        }:
            return Receipt(provider_id=f"{chat}:{message}"[:200])
        case {"ok": False, "error_code": int() as code} if code not in GATEWAY_STATUSES:
            raise refusal(code, content, secret=secret)
    raise MaybeLeft("unreadable_answer", f"HTTP {answer.status} without a message or an error code")


def _parsed(answer: Answer) -> Any:
    if answer.status in GATEWAY_STATUSES:
        raise MaybeLeft("gateway", f"HTTP {answer.status}")
    try:
        return json.loads(answer.body)
    except (ValueError, RecursionError):
        raise MaybeLeft("unreadable_answer", f"HTTP {answer.status}, not JSON") from None
