"""A scripted server that plays WhatsApp's Graph API."""

import json
from collections import Counter
from typing import Any

from tests.delivery.scripted_server import (
    DROP_AFTER_ACCEPTING,
    DROP_BEFORE_ACCEPTING,
    GARBAGE,
    GATEWAY,
    OK,
    REDIRECT,
    SLOW,
    TOO_LONG,
    Request,
    Scene,
    ScriptedServer,
)

__all__ = [
    "DROP_AFTER_ACCEPTING",
    "DROP_BEFORE_ACCEPTING",
    "GARBAGE",
    "GATEWAY",
    "OK",
    "REDIRECT",
    "SLOW",
    "TOO_LONG",
    "GraphServer",
    "Scene",
    "graph_server",
    "refusal",
]


def refusal(code: int, *, status: int = 400, details: str = "no", transient: bool = False) -> Scene:
    """Meta's error answer."""
    error = {"message": f"(#{code}) refused", "code": code, "is_transient": transient}
    content = {"error": {**error, "error_data": {"details": details}}}
    return Scene(accepts=False, status=status, answer=json.dumps(content).encode())


class GraphServer(ScriptedServer):
    """Takes posts as the Cloud API's `messages` call does."""

    @property
    def texts(self) -> list[str]:
        """The accepted free texts, in order."""
        return [body["text"]["body"] for body in self.journal if body["type"] == "text"]

    @property
    def acceptances(self) -> Counter[str]:
        """How often each delivery id was accepted."""
        return Counter(body["biz_opaque_callback_data"] for body in self.journal)

    def noted(self, request: Request) -> dict[str, Any]:
        return {**request.content, "authorization": request.headers.get("authorization")}

    def usual_answer(self, request: Request, number: int) -> bytes:
        to = request.content["to"]
        content = {
            "messages": [{"id": f"wamid.{number}"}],
            "contacts": [{"input": to, "wa_id": to}],
        }
        return json.dumps({"messaging_product": "whatsapp", **content}).encode()


graph_server = GraphServer.listening
