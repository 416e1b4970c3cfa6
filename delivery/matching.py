"""Which messages a recipient asked for (pure)."""

from collections.abc import Mapping, Sequence
from typing import Any


def matches(
    tags: Mapping[str, Any], *, wants: Mapping[str, Sequence[str]], min_confidence: float
) -> bool:
    """True when each wanted tag lists the message's value and it is confident enough.

    A message without a tag, or without "confidence", passes that filter: there is nothing to
    compare.
    """
    wanted = all(tag not in tags or tags[tag] in values for tag, values in wants.items() if values)
    confidence = tags.get("confidence")
    return wanted and (confidence is None or float(confidence) >= min_confidence)
