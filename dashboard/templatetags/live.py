"""`{% live "cards" top on="signal health" %}`: the attributes that keep a page part fresh."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from access.fragments import version

register = template.Library()

EVERYTHING = "signal signal.update delivery health log"  # the stream's kinds of events


@register.simple_tag
def live(name: str, value: Any, at: str = "", on: str = EVERYTHING, every: str = "") -> SafeString:
    """Id and source of the part `name` now showing `value`; static/js/live.js asks for it again.

    `on`: the kinds of stream events that may change it, separated by spaces.
    `at`: where the part is served, if not among the parts of the Overview.
    `every`: ask as often besides ("2s"), for what no event tells of.
    """
    url = at or reverse("live", args=[name])
    joint = "&" if "?" in url else "?"
    return format_html(
        'id="{}" data-live="{}" hx-get="{}" hx-trigger="{}" hx-swap="outerHTML" {}',
        name,
        on,
        f"{url}{joint}v={version(value)}",
        f"refresh, every {every}" if every else "refresh",
        mark_safe('hx-disinherit="*"'),  # what lies inside swaps its own way
    )
