"""How receipts and the times of seals are written."""

from datetime import UTC, datetime

from django import template

from audit import receipts
from audit.sealing import moment

register = template.Library()


@register.filter
def grouped(code: str) -> str:
    """`ABCD-EFGH-JKMN`."""
    return receipts.grouped(code)


@register.filter
def utc(at: datetime) -> str:
    """To the second, whatever zone the reader has: a record has one time."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


@register.filter
def hashed(at: datetime) -> str:
    """Exactly as it went into the hash."""
    return moment(at)
