"""`{% why_link signal %}`: where the bar of a signal is computed again."""

from django import template

from dashboard.why.asking import why_url
from signals.models import Signal

register = template.Library()


@register.simple_tag
def why_link(signal: Signal) -> str:
    """The page of why, or why not, at the close of the bar that decided."""
    return why_url(
        symbol=signal.symbol.code,
        at=signal.bar_closed_at,
        strategy=signal.strategy,
        run=signal.run,
    )
