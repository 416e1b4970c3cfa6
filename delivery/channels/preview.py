"""The demo phone: passes the whole outbox and posts nowhere."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from delivery.channels.base import Channel, Outgoing, PostJson, Receipt


@dataclass(frozen=True, kw_only=True)
class Preview(Channel):
    """Accept at once; the Overview shows the messages in a phone-like panel, marked as demo."""

    slug: ClassVar[str] = "preview"
    label: ClassVar[str] = "Preview (demo)"
    is_demo: ClassVar[bool] = True

    @classmethod
    def configured(cls, settings: Mapping[str, Any], post_json: PostJson) -> Self:
        return cls()

    @staticmethod
    def clean_address(address: str) -> str:
        return address.strip() or "demo"

    def compose(self, outgoing: Outgoing) -> bytes:
        return json.dumps({"id": outgoing.delivery_id, "text": outgoing.text}).encode()

    def post(self, body: bytes) -> Receipt:
        return Receipt(provider_id=f"preview-{json.loads(body)['id']}", is_delivered=True)
