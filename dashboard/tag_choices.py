"""What recipients choose among on this desk: its symbols and its strategies."""

from delivery.tag_choices import TAG_CHOICES, Choices
from markets.models import Symbol
from strategies.registry import strategy_choices


def symbols() -> Choices:
    """Every symbol the desk knows, switched on or not."""
    return [(code, code) for code in Symbol.objects.order_by("code").values_list("code", flat=True)]


def offer() -> None:
    """Put both into the recipient's form."""
    TAG_CHOICES.update(symbol=symbols, strategy=strategy_choices)
