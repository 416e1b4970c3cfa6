"""JSON has types of its own: "off" is no false, 7 is no text, and "7" is no number."""

from typing import Any

from rest_framework import serializers

AnyField = serializers.Field[Any, Any, Any, Any]
NUMBER = (int, float)
TYPES: dict[type[AnyField], tuple[tuple[type, ...], str]] = {
    serializers.CharField: ((str,), "Write a text, in quotes."),
    serializers.BooleanField: ((bool,), "Write true or false, without quotes."),
    serializers.IntegerField: (NUMBER, "Write a whole number, without quotes."),
    serializers.FloatField: (NUMBER, "Write a number, without quotes."),
    serializers.DecimalField: (NUMBER, "Write a number, without quotes."),
}


def wanted_instead(field: AnyField, value: Any) -> str | None:
    """What `field` asks for when `value` is of another JSON type; None when it is not."""
    for kind, (types, wanted) in TYPES.items():
        is_flag = isinstance(value, bool) and bool not in types
        if isinstance(field, kind) and value is not None:
            return wanted if is_flag or not isinstance(value, types) else None
    return None
