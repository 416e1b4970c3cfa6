"""What Django and REST framework say about a wrong value, in the desk's own words."""

import re
from typing import Any

from rest_framework.exceptions import ErrorDetail

LIKE_A_TIME = "Write a time with its zone, such as 2026-11-18T12:00:00Z."
LIKE_A_DATE = "Write a date, such as 2026-11-18."
WHOLE_NUMBER = "Write a whole number."
NUMBER = "Write a number."
CHOOSE = "There is no such choice."
REWORDINGS = [
    (re.compile(library), ours)
    for library, ours in (
        (r"This field is required\.", "It must be sent."),
        (r"This field (may not|cannot) be null\.", "It cannot be null."),
        (r"This field (may not|cannot) be blank\.", "It cannot be empty."),
        (r"This (list|selection|dictionary) may not be empty\.", "Name at least one."),
        (r"Ensure this value is greater than or equal to (.+)\.", r"Must be at least \1."),
        (r"Ensure this value is less than or equal to (.+)\.", r"Must be at most \1."),
        (
            r"Ensure this (?:field|value) has (?:at most|no more than) (\d+) characters?\b.*",
            r"Write at most \1 characters.",
        ),
        (
            r"Ensure this (?:field|value) has at least (\d+) characters?\b.*",
            r"Write at least \1 characters.",
        ),
        (r"Ensure this field has no more than (\d+) elements\.", r"Name at most \1."),
        (r"Ensure this field has at least (\d+) elements\.", r"Name at least \1."),
        (
            r"Ensure that there are no more than (\d+) (decimal place|digit)s?( .+)?\.",
            r"At most \1 \2s\3.",
        ),
        (r"A valid (big)?integer is required\.", WHOLE_NUMBER),
        (r"“.*” value must be an integer\.", WHOLE_NUMBER),
        (r"A valid number is required\.", NUMBER),
        (r"“.*” value must be a (decimal number|float)\.", NUMBER),
        (r"(String|Integer) value too large.*", "It is too long for a number."),
        (r"Must be a valid boolean\.", "Write true or false."),
        (r"“.*” value must be either .*(True|False)\.", "Write true or false."),
        (r"Not a valid string\.", "Write a text, in quotes."),
        (r'"(.*)" is not a valid choice\.', rf"{CHOOSE[:-1]} as \1."),
        (r"Value '(.*)' is not a valid choice\.", rf"{CHOOSE[:-1]} as \1."),
        (r"Select a valid choice\..*", CHOOSE),
        (r"Datetime has wrong format\..*", LIKE_A_TIME),
        (r"Datetime value out of range\.", LIKE_A_TIME),
        (r"Expected a datetime but got a date\.", LIKE_A_TIME),
        (r'Invalid datetime for the timezone ".*"\.', LIKE_A_TIME),
        (r"Date has wrong format\..*", LIKE_A_DATE),
        (r"Expected a date but got a datetime\.", LIKE_A_DATE),
        (r"Time has wrong format\..*", "Write a time of day, such as 22:30."),
        (r"(Invalid data\. )?Expected a dictionary.*", 'Write an object: {"name": value}.'),
        (r"Expected a list of items.*", "Write a list: [...]."),
        (r"Enter a valid email address\.", "Write an address such as anna@example.org."),
        (r"Enter a valid URL\.", "Write an address such as https://example.org/hook."),
        (r'Enter a valid ["“]slug.*', "Write letters, digits, _ and - alone."),
        (r"This field must be unique\.", "There is one like it already."),
        (r".* with this .* already exists\.", "There is one like it already."),
        (r"(Null|Surrogate) characters are not allowed.*", "It has a character no text may have."),
    )
]


def in_plain_words(detail: Any) -> Any:
    """`detail` with what a library said reworded; fields, codes and our own words stay."""
    if isinstance(detail, dict):
        return {name: in_plain_words(inner) for name, inner in detail.items()}
    if isinstance(detail, list):
        return [in_plain_words(inner) for inner in detail]
    return ErrorDetail(reworded(str(detail)), getattr(detail, "code", None))


def reworded(text: str) -> str:
    """`text`, or the desk's words for it where a library wrote it."""
    for library, ours in REWORDINGS:
        if found := library.fullmatch(text):
            return found.expand(ours)
    return text
