"""Events name recipients by number, so that a person can be erased; pages name them as of now."""

import re
from collections.abc import Collection, Iterable

from access.roles import Reader
from audit.models import Event
from delivery.models import Recipient

NUMBERED = re.compile(r"\b([Rr])ecipient[ :]([0-9]{1,18})\b")  # as many digits as an id can have
SOMEBODY = "a recipient"  # erased since, or not for this reader to know


def numbers_in(events: Iterable[Event]) -> set[int]:
    """The recipients some events speak of."""
    texts = (f"{event.text} {event.subject} {event.actor}" for event in events)
    return {int(found[1]) for text in texts for found in NUMBERED.findall(text)}


def names_of(numbers: Collection[int], reader: Reader) -> dict[int, str]:
    """The present names of recipients; empty for who may not see them, erased people left out."""
    if not reader.has_perm("delivery.view_recipient"):
        return {}
    rows = Recipient.objects.filter(pk__in=numbers)
    return {row.pk: row.name for row in rows if not row.is_erased}


def with_names(text: str, names: dict[int, str]) -> str:
    """`text` with "recipient 3" as "Anna", or as "a recipient"."""

    def named(found: re.Match[str]) -> str:
        somebody = SOMEBODY.capitalize() if found[1] == "R" else SOMEBODY
        return names.get(int(found[2]), somebody)

    return NUMBERED.sub(named, text)
