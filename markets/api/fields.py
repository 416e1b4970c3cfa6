"""A symbol as bodies and queries name it."""

from typing import Any

from rest_framework import serializers


class SymbolField(serializers.RegexField):
    """A symbol's code in any case, such as eurusd."""

    def __init__(self, **options: Any) -> None:
        super().__init__(r"^[A-Za-z0-9._/-]{3,20}$", **options)
        self.error_messages["invalid"] = "Not a symbol: use a code such as EURUSD."

    def to_internal_value(self, value: Any) -> str:
        return super().to_internal_value(value).upper()
