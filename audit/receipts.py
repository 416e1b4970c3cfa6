"""Short codes that commit to one event: its hash, as far as people can read and type it."""

import hashlib

from audit.models import Event
from audit.sealing import canonical

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
LENGTH = 12  # characters of 5 bits
MISREAD = str.maketrans("OIL", "011", " -")


def receipt_of(stored: Event) -> str:
    """The first 60 bits of SHA-256 over the canonical form of an event, as read from its row.

    The form holds the event's id, so two events with the same words have different codes.
    """
    number = int.from_bytes(hashlib.sha256(canonical(stored)).digest()[:8]) >> 4
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def tidied(typed: str) -> str:
    """The code somebody typed, whatever its case, dashes, spaces or O for 0; "" if it is none."""
    code = typed[: 4 * LENGTH].upper().translate(MISREAD)
    return code if len(code) == LENGTH and set(code) <= set(ALPHABET) else ""


def grouped(code: str) -> str:
    """`ABCD-EFGH-JKMN`."""
    return "-".join(code[n : n + 4] for n in range(0, len(code), 4))
