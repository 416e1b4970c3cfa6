"""E-mail: one plain text message to one address, through the mail server of EMAIL_URL."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any, ClassVar, Self

from delivery.channels.base import (
    Channel,
    Doors,
    Envelope,
    Mail,
    Outgoing,
    Pace,
    Receipt,
    required,
)

# The ordinary form: no comments, no quoted names, a host with a dot
NAME = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
ADDRESS = re.compile(rf"(?P<user>{NAME}(?:\.{NAME})*)@(?P<host>{LABEL}(?:\.{LABEL})+)")
LONGEST_ADDRESS, LONGEST_USER = 254, 64
SUBJECT_CHARACTERS = 150


@dataclass(frozen=True, kw_only=True)
class Email(Channel):
    """Send to one mailbox; the mail server's yes is all that is ever heard of it."""

    slug: ClassVar[str] = "email"
    label: ClassVar[str] = "E-mail"
    address_help: ClassVar[str] = "the e-mail address, anna@example.org"
    settings: ClassVar[tuple[str, ...]] = ("EMAIL_URL", "EMAIL_FROM")
    pace: ClassVar[Pace] = Pace(per_second=10, burst=20)
    longest: ClassVar[int] = 20_000

    host: str  # after the @ of the sender; makes message ids unique

    @classmethod
    def configured(cls, settings: Mapping[str, Any]) -> Self:
        required(settings, "EMAIL_URL", "EMAIL_FROM")
        return cls(host=parseaddr(settings["EMAIL_FROM"])[1].rpartition("@")[2])

    @staticmethod
    def clean_address(address: str) -> str:
        found = ADDRESS.fullmatch(address.strip())
        if not found or len(found["user"]) > LONGEST_USER or len(found[0]) > LONGEST_ADDRESS:
            raise ValueError("Write the e-mail address alone, for example anna@example.org.")
        return f"{found['user']}@{found['host'].lower()}"

    def joins(self, outgoing: Outgoing) -> bool:
        return True

    def compose(self, outgoing: Outgoing) -> Envelope:
        content = {
            "to": outgoing.address,
            "subject": one_line(outgoing.title) or one_line(outgoing.text),
            "text": outgoing.text,
            "message_id": f"<{outgoing.delivery_id}@{self.host}>",  # the same at each try
            **_reply(outgoing),
        }
        return Envelope(body=json.dumps(content, ensure_ascii=False).encode())

    def post(self, envelope: Envelope, doors: Doors) -> Receipt:
        mail = Mail(**json.loads(envelope.body))
        doors.send_mail(mail)
        return Receipt(provider_id=mail.message_id)


def _reply(outgoing: Outgoing) -> dict[str, str]:
    """What puts it below the mail it answers: that mail's id, and for some readers its subject."""
    if outgoing.quoted is None:
        return {}
    subject = one_line(f"Re: {outgoing.quoted.title}")
    return {"in_reply_to": outgoing.quoted.provider_id, "subject": subject}


def one_line(text: str) -> str:
    """`text` as a subject: one line, so that nothing in it can become a header of its own."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    return " ".join(printable.split())[:SUBJECT_CHARACTERS]
