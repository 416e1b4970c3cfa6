"""What became of a signal, under its record."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import StackedInline

from signals.models import Position
from signals.pages.deciding import bars_text
from signals.wording import ended_by, hopeful_text, range_text, result_text


class PositionInline(StackedInline):
    """What became of the signal."""

    model = Position
    can_delete = False
    fields = readonly_fields = [
        "what",
        "entry",
        "stop_now",
        "ended",
        "result",
        "range",
        "decided",
        "again",
    ]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description="State")
    def what(self, position: Position) -> str:
        shadow = ", of a blocked signal: never traded" if position.is_shadow else ""
        return f"{position.get_state_display()}{shadow}"

    @admin.display(description="Entry")
    def entry(self, position: Position) -> str:
        return _fill(position, position.entry_price, position.entry_at)

    @admin.display(description="Stop now")
    def stop_now(self, position: Position) -> str:
        return position.signal.level_text(position.stop)

    @admin.display(description="Exit")
    def ended(self, position: Position) -> str:
        if position.closed_at is None:
            return "-"
        at = _fill(position, position.exit_price, position.closed_at)
        return f"{at} by {ended_by(position)}"

    @admin.display(description="Result")
    def result(self, position: Position) -> str:
        hopeful = hopeful_text(position)
        return (result_text(position) or "-") + (f" ({hopeful})" if hopeful else "")

    @admin.display(description="Furthest for and against")
    def range(self, position: Position) -> str:
        return range_text(position) or "-"

    @admin.display(description="Decided by (open, high, low, close)")
    def decided(self, position: Position) -> str:
        return bars_text(position)

    @admin.display(description="Came true again")
    def again(self, position: Position) -> str:
        if not position.repeats or position.repeated_at is None:
            return "never"
        return f"{position.repeats} times, last {position.repeated_at:%Y-%m-%d %H:%M} UTC"


def _fill(position: Position, price: Decimal | None, at: datetime | None) -> str:
    if at is None:
        return "-"
    return f"{position.signal.level_text(price)} on {at:%Y-%m-%d %H:%M} UTC"
