"""How the stream's messages are written: as server-sent events, or as frames of a WebSocket."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboard.live.events import Sealed
from dashboard.live.terms import Terms


@dataclass(frozen=True)
class Form:
    """`write` gives one message; `is_joined`: several may travel as one part."""

    write: Callable[[str, str, int | None], bytes]
    is_joined: bool
    opening: bytes = b""


def event_stream_message(kind: str, text: str, seq: int | None = None) -> bytes:
    """One event as EventSource reads it."""
    number = "" if seq is None else f"id: {seq}\n"
    return f"{number}event: {kind}\ndata: {text}\n\n".encode()


def frame(kind: str, text: str, seq: int | None = None) -> bytes:
    """One event as JSON; `text` is JSON already."""
    number = "null" if seq is None else seq
    return f'{{"id":{number},"event":"{kind}","data":{text}}}'.encode()


EVENT_STREAM = Form(event_stream_message, is_joined=True, opening=b"retry: 2000\n\n")
FRAMES = Form(frame, is_joined=False)


def sign_of_life(now: datetime, form: Form) -> bytes:
    """The first message of each stream, and one every few seconds."""
    at = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    return form.write("heartbeat", json.dumps({"at": at}, separators=(",", ":")), None)


def parts(events: Iterable[Sealed], terms: Terms, form: Form) -> list[bytes]:
    """What `terms` take of `events`.

    One event may give two messages. Only the last bears its number: whoever is cut off between
    them gets both again.
    """
    messages = []
    for event in events:
        told = [each for each in event.told if terms.takes(each)]
        messages += [form.write(each.kind, each.data, None) for each in told[:-1]]
        messages += [form.write(each.kind, each.data, event.seq) for each in told[-1:]]
    return [b"".join(messages)] if form.is_joined and messages else messages
