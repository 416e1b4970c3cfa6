"""`{% example "latest.py" %}`: an example of the page Docs, filled in for this installation."""

from typing import Any

from django import template
from django.template.loader import render_to_string

from dashboard.docs.content import Installation

register = template.Library()

LANGUAGES = {"sh": "curl", "py": "Python"}


@register.inclusion_tag("dashboard/docs/_example.html", takes_context=True)
def example(context: dict[str, Any], name: str, language: str = "") -> dict[str, Any]:
    """The file `name`.txt of templates/dashboard/docs/examples, with a button that copies it.

    Python beside curl is folded away; what has a `language` of its own stands alone.
    """
    desk: Installation = context["desk"]
    filled = {
        "base": desk.base,
        "symbol": desk.example.symbol,
        "price": f"{desk.example.price:g}",
        "signal_id": str(desk.example.id),
        "bar_time": desk.bar_time,
    }
    stem, _, ending = name.partition(".")
    return {
        "id": f"example-{stem}-{ending}",
        "language": language or LANGUAGES[ending],
        "label": f"{language or LANGUAGES[ending]}: {stem.replace('_', ' ')}",
        "kind": ending,
        "is_folded": ending == "py" and not language,
        "text": render_to_string(f"dashboard/docs/examples/{name}.txt", filled).strip(),
    }
