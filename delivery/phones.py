"""Phone numbers: one written form in, as few digits as possible out."""

import re

SEPARATORS = re.compile(r"[\s().\-/]")
E164 = re.compile(r"\+[1-9]\d{6,14}")


def e164(number: str) -> str:
    """`number` as +<country><number>; raises ValueError with what to write instead."""
    plain = SEPARATORS.sub("", number)
    if plain.startswith("00"):
        plain = f"+{plain[2:]}"
    if not E164.fullmatch(plain):
        raise ValueError("Write the number with its country code, for example +447911123456.")
    return plain


def mask_address(address: str) -> str:
    """`address` with only its ends left, for readers who may not see whole numbers."""
    if len(address) <= 6:
        return "*" * len(address)
    return f"{address[:3]}{'*' * (len(address) - 5)}{address[-2:]}"
