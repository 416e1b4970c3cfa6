"""`{% live "cards" cards %}`: the attributes that make a page part keep itself fresh."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from dashboard.versions import version

register = template.Library()


@register.simple_tag
def live(name: str, value: Any, every: int = 2, at: str = "") -> SafeString:
    """Id and polling of the part `name` now showing `value`; `every` in seconds.

    `at`: where the part is served, if not among the parts of the Overview.
    """
    url = f"{at or reverse('live', args=[name])}?v={version(value)}"
    return format_html(
        'id="{}" data-live hx-get="{}" hx-trigger="every {}s" hx-swap="outerHTML" {}',
        name,
        url,
        every,
        mark_safe('hx-disinherit="*"'),  # what lies inside swaps its own way
    )
