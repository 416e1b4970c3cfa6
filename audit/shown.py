"""Pieces of admin pages: links in the theme's clothes, values in words, JSON one line a value."""

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

LINK = "desk-link text-primary-600 dark:text-primary-500"  # static/css/admin.css underlines it
SUBJECTS = {  # what an event speaks of -> the model whose page in Admin shows it
    "callback": "delivery_callback",
    "config": "strategies_strategyconfig",
    "delivery": "delivery_delivery",
    "pause": "delivery_pause",
    "recipient": "delivery_recipient",
    "signal": "signals_signal",
    "symbol": "markets_symbol",
    "user": "auth_user",
}


def once(show: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A readonly field worked out once for each row; the theme asks for it several times."""
    kept = f"_{show.__name__}_shown"

    @wraps(show)
    def shown(page: Any, row: Any) -> Any:
        values = vars(row)
        if kept not in values:
            values[kept] = show(page, row)
        return values[kept]

    return shown


def link(url: str, text: object) -> SafeString:
    return format_html('<a class="{}" href="{}">{}</a>', LINK, url, text)


def link_to(model: str, pk: object, text: object) -> SafeString:
    """To one row's page in Admin; `model` as in "signals_signal"."""
    return link(reverse(f"admin:{model}_change", args=[pk]), text)


def list_of(model: str, text: object, **filters: object) -> SafeString:
    """To a list in Admin, narrowed down by `filters`."""
    url = reverse(f"admin:{model}_changelist", query=filters)
    return link(url, text)


def side_by_side(*links: SafeString | str) -> SafeString:
    return format_html_join(" · ", "{}", ((each,) for each in links if each))


def subject_link(subject: str) -> SafeString | str:
    """What an event, or a message's key, speaks of: "signal:12" leads to that signal."""
    kind, _, rest = subject.partition(":")
    number = rest.partition(":")[0]
    try:
        return link_to(SUBJECTS[kind], int(number), f"{kind} {number}")
    except (KeyError, ValueError, NoReverseMatch):
        return subject or "-"


def listed(values: Mapping[str, Any]) -> SafeString:
    """A line for each value, nested ones in words."""
    rows = ((name.replace("_", " "), in_words(value)) for name, value in values.items())
    lines = format_html_join("", "<li><b>{}</b> {}</li>", rows)
    return format_html('<ul class="listed">{}</ul>', lines)


def in_words(value: Any) -> str:
    """A value of JSON as a person would write it."""
    if isinstance(value, Mapping):
        pairs = (f"{name.replace('_', ' ')} {in_words(part)}" for name, part in value.items())
        return ", ".join(pairs) or "none"
    if isinstance(value, list):
        return "; ".join(map(in_words, value)) or "none"
    if value is None or isinstance(value, bool):
        return {None: "none", True: "on", False: "off"}[value]
    return str(value)


def pretty_json(value: Any) -> SafeString | str:
    """JSON with a line for each value."""
    if not value:
        return "-"
    text = json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False)
    return format_html('<pre class="json">{}</pre>', text)
