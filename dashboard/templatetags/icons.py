"""`{% icon "pause" %}`: one line drawing, inline, so nothing loads late or flickers on a swap."""

from functools import cache

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

LINES = {
    "overview": "M4 13h6V4H4zM14 20h6v-9h-6zM4 20h6v-3H4zM14 7h6V4h-6z",
    "signals": "M3 12h4l3-8 4 16 3-8h4",
    "strategies": "M4 7h10M18 7h2M4 17h2M10 17h10M16 5v4M8 15v4",
    "record": "M4 4v16h16M7 15l4-4 3 3 6-7",
    "risk": "M12 3l8 3v6c0 4.5-3.2 7.6-8 9-4.8-1.4-8-4.5-8-9V6z",
    "send": "M21 3L10 14M21 3l-7 18-4-7-7-4z",
    "logs": "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
    "keys": "M15.5 13a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12.3 11.7L4 20M7 17l2.5 2.5",
    "docs": "M5 4h11a3 3 0 0 1 3 3v13H8a3 3 0 0 1-3-3zM5 17a3 3 0 0 1 3-3h11",
    "admin": "M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM12 3v3M12 18v3M4.2 7.5l2.6 1.5M17.2 15"
    "l2.6 1.5M4.2 16.5l2.6-1.5M17.2 9l2.6-1.5",
    "pause": "M8 5v14M16 5v14",
    "play": "M7 5l12 7-12 7z",
    "theme": "M12 4a8 8 0 1 0 0 16zM12 4a8 8 0 0 1 0 16",
    "menu": "M4 7h16M4 12h16M4 17h16",
    "close": "M6 6l12 12M18 6L6 18",
    "check": "M5 12.5l4.5 4.5L19 7",
    "alert": "M12 4l9 16H3zM12 10v4M12 17h.01",
    "info": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5M12 8h.01",
    "clock": "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 7v5l3 2",
    "feed": "M5 19a7 7 0 0 1 0-14M19 5a7 7 0 0 1 0 14M8.5 15.5a4.5 4.5 0 0 1 0-7"
    "M15.5 8.5a4.5 4.5 0 0 1 0 7M12 12h.01",
    "copy": "M9 9h11v11H9zM5 15H4V4h11v1",
    "search": "M11 18a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM20 20l-4-4",
    "download": "M12 4v11M7 11l5 5 5-5M5 20h14",
    "edit": "M4 20l1-5L16 4l4 4L9 19zM14 6l4 4",
    "back": "M11 5l-7 7 7 7M4 12h16",
    "next": "M9 5l7 7-7 7",
    "history": "M4 12a8 8 0 1 0 3-6.2L4 8M4 4v4h4M12 8v4l3 2",
    "open": "M4 16l5-5 4 4 7-8M15 7h5v5",
    "phone": "M8 3h8a1 1 0 0 1 1 1v16a1 1 0 0 1-1 1H8a1 1 0 0 1-1-1V4a1 1 0 0 1 1-1zM11 18h2",
    "user": "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM5 20c.800-3.5 3.5-5 7-5s6.2 1.5 7 5",
    "logout": "M14 4H6v16h8M11 12h9M17 9l3 3-3 3",
}
SOLIDS = {
    "up": "M12 5l9 14H3z",
    "down": "M12 19L3 5h18z",
    "flat": "M5 5h14v14H5z",
    "dot": "M12 18a6 6 0 1 0 0-12 6 6 0 0 0 0 12z",
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """An SVG of 1em in the text's colour, hidden from screen readers: words stand beside it."""
    if name in SOLIDS:
        paint, path = 'fill="currentColor"', SOLIDS[name]
    else:
        paint = (
            'fill="none" stroke="currentColor" stroke-width="1.75" '
            'stroke-linecap="round" stroke-linejoin="round"'
        )
        path = LINES[name]
    return format_html(
        '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" {}>'
        '<path d="{}"/></svg>',
        mark_safe(paint),  # noqa: S308  a constant of this module
        path,
    )
