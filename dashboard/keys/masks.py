"""What may be shown of a setting: enough to tell values apart, too little to use one (pure)."""

from collections.abc import Sequence
from enum import StrEnum
from urllib.parse import urlsplit

from delivery.phones import mask_address

DOTS = "••••••"
LONG = 16  # characters; of anything shorter four would be too many
LEFT = 4


class Kind(StrEnum):
    """How much of a value may be seen."""

    PLAIN = "plain"  # all of it
    TAIL = "tail"  # the last four characters of a long one
    WORD = "word"  # whether there is one: somebody thought it up, so it may be short
    URL = "url"  # scheme, host and port
    ADDRESSES = "addresses"  # the ends of each


def shown(value: str | bool | Sequence[str], kind: Kind) -> str:
    """`value` as the page shows it; "" when it is not set."""
    if isinstance(value, bool):
        return "on" if value else "off"
    if not value:
        return ""
    if not isinstance(value, str):
        return ", ".join(map(mask_address, value))
    match kind:
        case Kind.PLAIN:
            return value
        case Kind.URL:
            return _place(value)
        case Kind.TAIL if len(value) >= LONG:
            return f"{DOTS}{value[-LEFT:]}"
    return DOTS


def _place(url: str) -> str:
    """`url` without user, password, path and query; a host nobody can read is not shown."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return DOTS
    if not host:
        return f"{parts.scheme}://" if parts.scheme else DOTS
    user = f"{DOTS}@" if parts.username or parts.password else ""
    return f"{parts.scheme}://{user}{host}{f':{port}' if port else ''}"
