"""The demo phone: passes the whole outbox and posts nowhere."""

import json
from dataclasses import dataclass
from typing import ClassVar

from delivery.channels.base import Channel, Doors, Envelope, Outgoing, Receipt


@dataclass(frozen=True, kw_only=True)
class Preview(Channel):
    """Accept at once; the Overview shows the messages in a phone-like panel, marked as demo."""

    slug: ClassVar[str] = "preview"
    label: ClassVar[str] = "Preview (demo)"
    address_help: ClassVar[str] = "any word: nobody is messaged"
    is_demo: ClassVar[bool] = True
    is_repeatable: ClassVar[bool] = True

    @staticmethod
    def clean_address(address: str) -> str:
        return address.strip() or "demo"

    def compose(self, outgoing: Outgoing) -> Envelope:
        content = {"id": outgoing.delivery_id, "text": outgoing.text}
        return Envelope(body=json.dumps(content).encode())

    def post(self, envelope: Envelope, doors: Doors) -> Receipt:
        delivery_id = json.loads(envelope.body)["id"]
        return Receipt(provider_id=f"preview-{delivery_id}", is_delivered=True)
