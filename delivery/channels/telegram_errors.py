"""The Bot API's error codes and the remedy for each (docs/channels.md shows them as a table).

A 400 has no number of its own, so its two faults of a message are told by their first words; every
other one is about the chat.
"""

from typing import Any

from delivery.errors import Refused, Remedy
from delivery.redaction import redact

REMEDIES: dict[int, Remedy] = {
    401: Remedy.PAUSE_CHANNEL,  # the token is wrong or was revoked
    404: Remedy.PAUSE_CHANNEL,  # the token is none at all
    403: Remedy.DISABLE_RECIPIENT,
    # Nearly always one chat's own limit: the account's we keep ourselves. One busy group must not
    # silence the others; if it was the account's, each chat learns so by one refused post.
    429: Remedy.RETRY_RECIPIENT,
}
LONGEST_WAIT = 86_400  # seconds
LARGEST_CHAT = 2**63
MESSAGE_FAULTS = ("Bad Request: message ", "Bad Request: can't parse")


def refusal(code: int, content: dict[str, Any], *, secret: str) -> Refused:
    """What the Bot API says, and what to do about it."""
    said = str(content.get("description") or "no description given")
    detail = redact(said, secret)
    match content.get("parameters"):
        case {"migrate_to_chat_id": int() as chat} if code == 400 and 0 < abs(chat) < LARGEST_CHAT:
            return Refused(str(code), detail, remedy=Remedy.MOVED, new_address=str(chat))
        case {"retry_after": int() as seconds} if code == 429 and seconds > 0:
            wait = float(min(seconds, LONGEST_WAIT))
            return Refused(str(code), detail, remedy=REMEDIES[code], wait_seconds=wait)
    return Refused(str(code), detail, remedy=_remedy(code, said))


def _remedy(code: int, said: str) -> Remedy:
    if code >= 500:
        return Remedy.RETRY
    if code == 400 and not said.startswith(MESSAGE_FAULTS):
        return Remedy.FAIL_RECIPIENT
    return REMEDIES.get(code, Remedy.FAIL)
