"""A scripted server that plays Telegram's Bot API."""

import json
from typing import Any

from tests.delivery.scripted_server import Request, Scene, ScriptedServer


def refusal(code: int, description: str, *, status: int | None = None, **parameters: int) -> Scene:
    """The Bot API's error answer."""
    content: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    if parameters:
        content["parameters"] = parameters
    return Scene(accepts=False, status=status or code, answer=json.dumps(content).encode())


class BotServer(ScriptedServer):
    """Takes posts as the bot's sendMessage call does."""

    @property
    def texts(self) -> list[str]:
        return [body["text"] for body in self.journal]

    def usual_answer(self, request: Request, number: int) -> bytes:
        chat = {"id": int(request.content["chat_id"]), "type": "private"}
        result = {"message_id": number, "date": 1763467200, "chat": chat, "text": "..."}
        return json.dumps({"ok": True, "result": result}).encode()
