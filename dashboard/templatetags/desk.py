"""How times and numbers read on every page: the viewer's zone, tabular, the symbol's digits."""

from datetime import UTC, datetime, timedelta
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
def age(at: datetime | None, until: datetime | None = None) -> SafeString | str:
    """How long ago `at` was, counting up in the browser, with the UTC time as its title.

    Counted to `until` it stands still.
    """
    if at is None:
        return "never"
    if until is not None:
        still = '<time class="num whitespace-nowrap" datetime="{}" title="{}">{}</time>'
        return format_html(still, at.isoformat(), utc_text(at), age_text(until - at))
    return format_html(
        '<time class="num whitespace-nowrap" data-age datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        utc_text(at),
        age_text(timezone.now() - at),
    )


@register.simple_tag
def clock(at: datetime | None) -> SafeString | str:
    """The time of day in the viewer's zone, with date and UTC time as its title."""
    return _time(at, "%H:%M:%S")


@register.simple_tag
def moment(at: datetime | None) -> SafeString | str:
    """Date and time in the viewer's zone, to the minute, with the UTC time as its title."""
    return _time(at, "%Y-%m-%d %H:%M")


@register.simple_tag
def zone() -> str:
    """The zone the page's times are in: "UTC" or "Europe/Berlin"."""
    return timezone.get_current_timezone_name()


def utc_text(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _time(at: datetime | None, form: str) -> SafeString | str:
    if at is None:
        return "-"
    return format_html(
        '<time class="num whitespace-nowrap" datetime="{}" title="{}">{}</time>',
        at.isoformat(),
        utc_text(at),
        timezone.localtime(at).strftime(form),
    )


@register.filter
def digits(value: float | Decimal | None, places: int) -> str:
    """A price with exactly `places` decimals, "-" when there is none."""
    return "-" if value is None else f"{value:.{places}f}"


@register.filter
def thousands(count: int) -> str:
    """A count as "3,231"."""
    return f"{count:,}"


@register.filter
def action_tone(action: str) -> str:
    """The colour class of an action; its word and its shape say the same."""
    return ACTIONS[action][0]


@register.filter
def action_icon(action: str) -> str:
    """The shape of an action."""
    return ACTIONS[action][1]
