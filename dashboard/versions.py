"""A token for what a page part shows, so that a poll that finds nothing new costs no swap."""

from hashlib import sha256
from typing import Any


def version(part: Any) -> str:
    """A token that changes when anything in `part` does (it holds times, never ages)."""
    return sha256(repr(part).encode()).hexdigest()[:16]
