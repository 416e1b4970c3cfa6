"""The demo phone: passes the whole outbox and posts nowhere."""

import json
from dataclasses import dataclass
from typing import ClassVar

from delivery.channels.base import Channel, Outgoing, Receipt


@dataclass(frozen=True, kw_only=True)
class Preview(Channel):
    """Accept at once; the Overview shows the messages in a phone-like panel, marked as demo."""

    slug: ClassVar[str] = "preview"
    label: ClassVar[str] = "Preview (demo)"
    is_demo: ClassVar[bool] = True

    @staticmethod
    def clean_address(address: str) -> str:
        return address.strip() or "demo"

    def compose(self, outgoing: Outgoing) -> bytes:
        return json.dumps({"id": outgoing.delivery_id, "text": outgoing.text}).encode()

    def post(self, body: bytes) -> Receipt:
        return Receipt(provider_id=f"preview-{json.loads(body)['id']}", is_delivered=True)
