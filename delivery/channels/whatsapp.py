"""WhatsApp Cloud API: free text inside the 24-hour window, the approved template outside it."""

import json
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
from delivery.channels.whatsapp_errors import ADVICE, REMEDIES, remedy_for
from delivery.errors import MaybeLeft, Refused, Remedy
from delivery.phones import e164
from delivery.redaction import redact

GATEWAY_STATUSES = (502, 504)  # somebody between us and Meta answered; Meta may have accepted
UNKNOWN_CONTEXT = ("100", "131009")  # a wrong parameter: of a reply, what it replies to


@dataclass(frozen=True, kw_only=True)
class WhatsApp(Channel):
    """Send to one number through the Cloud API's `messages` call."""

    slug: ClassVar[str] = "whatsapp"
    label: ClassVar[str] = "WhatsApp"
    address_help: ClassVar[str] = "the phone number with country code, +447911123456"
    needs_opt_in: ClassVar[bool] = True
    has_reports: ClassVar[bool] = True
    pace: ClassVar[Pace] = Pace(per_second=80, burst=80, recipient_seconds=6, recipient_burst=45)
    settings: ClassVar[tuple[str, ...]] = (
        "WHATSAPP_TOKEN",
        "WHATSAPP_PHONE_ID",
        "WHATSAPP_API_BASE",
        "WHATSAPP_API_VERSION",
        "WHATSAPP_TEMPLATE",
        "WHATSAPP_TEMPLATE_LANGUAGE",
    )

    token: str = field(repr=False)  # kept out of logs and tracebacks
    phone_id: str
    base_url: str = "https://graph.facebook.com"
    version: str = "v25.0"
    template: str = ""  # name of an approved template with one body parameter
    template_language: str = "en"

    @classmethod
    def configured(cls, settings: Mapping[str, Any]) -> Self:
        required(settings, "WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID")
        return cls(
            token=settings["WHATSAPP_TOKEN"],
            phone_id=settings["WHATSAPP_PHONE_ID"],
            base_url=settings["WHATSAPP_API_BASE"].rstrip("/"),
            version=settings["WHATSAPP_API_VERSION"],
            template=settings["WHATSAPP_TEMPLATE"],
            template_language=settings["WHATSAPP_TEMPLATE_LANGUAGE"],
        )

    @staticmethod
    def clean_address(address: str) -> str:
        return e164(address)

    def joins(self, outgoing: Outgoing) -> bool:
        """Free text holds many lines; a template's parameter holds one."""
        return not self._needs_template(outgoing)

    def remedy_of_report(self, code: str) -> Remedy:
        known = REMEDIES.get(int(code), Remedy.FAIL) if code.isdecimal() else Remedy.FAIL
        return Remedy.FAIL if known == Remedy.TEMPLATE and not self.template else known

    def compose(self, outgoing: Outgoing) -> Envelope:
        content = {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": outgoing.address.removeprefix("+"),
            **self._context(outgoing),
            **self._content(outgoing),
            "biz_opaque_callback_data": outgoing.delivery_id,
        }
        return Envelope(
            body=json.dumps(content, ensure_ascii=False).encode(),
            url=f"{self.base_url}/{self.version}/{self.phone_id}/messages",
            headers={"Authorization": f"Bearer {self.token}"},
        )

    def post(self, envelope: Envelope, doors: Doors) -> Receipt:
        answer = doors.post_json(envelope.url, envelope.body, envelope.headers)
        try:
            return read_answer(answer, secret=self.token, has_template=bool(self.template))
        except Refused as refusal:
            if refusal.code in UNKNOWN_CONTEXT and "context" in json.loads(envelope.body):
                refusal.remedy = Remedy.UNQUOTE
            raise

    def _needs_template(self, outgoing: Outgoing) -> bool:
        return bool(self.template) and (outgoing.as_template or not outgoing.window_open)

    def _context(self, outgoing: Outgoing) -> dict[str, Any]:
        """What it replies to; WhatsApp shows none above a template."""
        if outgoing.quoted is None or self._needs_template(outgoing):
            return {}
        return {"context": {"message_id": outgoing.quoted.provider_id}}

    def _content(self, outgoing: Outgoing) -> dict[str, Any]:
        if self._needs_template(outgoing):
            return {"type": "template", "template": self._template(outgoing)}
        return {"type": "text", "text": {"preview_url": False, "body": outgoing.text}}

    def _template(self, outgoing: Outgoing) -> dict[str, Any]:
        one_line = " ".join(outgoing.text.split())  # parameters may hold no newline
        return {
            "name": self.template,
            "language": {"code": outgoing.language or self.template_language},
            "components": [{"type": "body", "parameters": [{"type": "text", "text": one_line}]}],
        }


def read_answer(answer: Answer, *, secret: str, has_template: bool) -> Receipt:
    """The receipt in `answer`; raises Refused or, where it proves nothing, MaybeLeft."""
    content = _parsed(answer)
    if answer.status == 200:
        return Receipt(provider_id=_message_id(content), provider_address=_wa_id(content))
    error = content.get("error")
    code = error.get("code") if isinstance(error, dict) else None
    if not isinstance(error, dict) or not isinstance(code, int) or isinstance(code, bool):
        raise MaybeLeft("unreadable_answer", f"HTTP {answer.status} without an error code")
    remedy = remedy_for(code, status=answer.status, is_transient=error.get("is_transient") is True)
    if remedy == Remedy.TEMPLATE and not has_template:
        raise Refused(str(code), "The 24-hour window is closed and WHATSAPP_TEMPLATE is not set.")
    detail = f"{redact(_detail(error), secret)} {ADVICE.get(code, '')}".rstrip()
    raise Refused(str(code), detail, remedy=remedy)


def _parsed(answer: Answer) -> dict[str, Any]:
    if answer.status in GATEWAY_STATUSES:
        raise MaybeLeft("gateway", f"HTTP {answer.status}")
    try:
        content = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise MaybeLeft("unreadable_answer", f"HTTP {answer.status}, not JSON") from None
    if not isinstance(content, dict):
        raise MaybeLeft("unreadable_answer", f"HTTP {answer.status}, not a JSON object")
    return content


def _message_id(content: dict[str, Any]) -> str:
    match content:
        case {"messages": [{"id": str() as message_id}, *_]} if message_id:
            return message_id
    raise MaybeLeft("unreadable_answer", "HTTP 200 without a message id")


def _wa_id(content: dict[str, Any]) -> str:
    """The number as WhatsApp itself writes it, with a +; "" when it does not say."""
    match content:
        case {"contacts": [{"wa_id": str() as wa_id}, *_]} if wa_id.isdigit():
            return f"+{wa_id}"
    return ""


def _detail(error: dict[str, Any]) -> str:
    match error:
        case {"error_data": {"details": str() as details}} if details:
            return details
        case {"message": str() as message}:
            return message
    return "no details given"
