"""How times and numbers read on every page: UTC, tabular, with the symbol's digits."""

from datetime import datetime, timedelta
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

ACTIONS = {"BUY": ("tone-good", "up"), "SELL": ("tone-bad", "down"), "FLAT": ("tone-calm", "flat")}


def age_text(age: timedelta) -> str:
    """The two largest units of `age`, as static/js/desk.js counts them on: "4 min 05 s"."""
    seconds = max(0, int(age.total_seconds()))
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    days, hour = divmod(hours, 24)
    if days:
        return f"{days} d {hour:02} h"
    if hours:
        return f"{hours} h {minute:02} min"
    return f"{minutes} min {second:02} s" if minutes else f"{second} s"


@register.simple_tag
def age(at: datetime | None) -> SafeString | str:
    """How long ago `at` was, counting up in the browser, with the UTC time as its title."""
    if at is None:
        return "never"
    return format_html(
        '<time class="num whitespace-nowrap" data-age datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M:%S} UTC",
        age_text(timezone.now() - at),
    )


@register.simple_tag
def clock(at: datetime | None) -> SafeString | str:
    """The time of day in UTC, with the date as its title."""
    if at is None:
        return "-"
    return format_html(
        '<time class="num" datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        f"{at:%Y-%m-%d %H:%M:%S} UTC",
        f"{at:%H:%M:%S}",
    )


@register.filter
def digits(value: float | Decimal | None, places: int) -> str:
    """A price with exactly `places` decimals, "-" when there is none."""
    return "-" if value is None else f"{value:.{places}f}"


@register.filter
def action_tone(action: str) -> str:
    """The colour class of an action; its word and its shape say the same."""
    return ACTIONS[action][0]


@register.filter
def action_icon(action: str) -> str:
    """The shape of an action."""
    return ACTIONS[action][1]
