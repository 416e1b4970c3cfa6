"""Values in a body, read strictly: what is not plainly a number or a switch is refused in words."""

import math
import re
from datetime import time
from typing import Any

from django.db import models
from rest_framework import serializers

from access.sent import Sent

LIMITS = {"min_value": "Must be at least {min_value}.", "max_value": "Must be at most {max_value}."}
A_NUMBER = "Write a number."


class Switch(serializers.BooleanField):
    """true or false; "no", 0 and "" are neither."""

    default_error_messages = {"invalid": "Write true or false."}

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid")
        return data


class Flag(serializers.BooleanField):
    """true or false in a query; one that is not asked for is neither."""

    default_error_messages = {"invalid": "Write true or false."}
    default_empty_html = serializers.empty


class Number(serializers.FloatField):
    """A finite number, also as text."""

    default_error_messages = {"invalid": A_NUMBER, "overflow": A_NUMBER, **LIMITS}

    def to_internal_value(self, data: Any) -> float:
        number = math.nan if isinstance(data, bool) else super().to_internal_value(data)
        if not math.isfinite(number):
            self.fail("invalid")
        return number


class Whole(serializers.IntegerField):
    """A whole number, also as text."""

    default_error_messages = {"invalid": "Write a whole number.", **LIMITS}


class Amount(serializers.DecimalField):
    """An exact number with so many digits; shown as a JSON number."""

    default_error_messages = {
        "invalid": A_NUMBER,
        "max_digits": "At most {max_digits} digits.",
        "max_decimal_places": "At most {max_decimal_places} decimals.",
        "max_whole_digits": "At most {max_whole_digits} digits before the point.",
        **LIMITS,
    }

    def __init__(self, max_digits: int, decimal_places: int, **kwargs: Any) -> None:
        super().__init__(max_digits, decimal_places, coerce_to_string=False, **kwargs)


class Choice(serializers.ChoiceField):
    """One of a few words."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str) or data not in self.choices:
            known = ", ".join(map(str, self.choices))
            raise serializers.ValidationError(f"Write one of: {known}.", code="invalid_choice")
        return super().to_internal_value(data)


class ByName(serializers.SlugRelatedField[Any]):
    """A row by its name; a zero byte, which PostgreSQL refuses, is in no name."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, str) and "\x00" in data:
            self.fail("does_not_exist", slug_name=self.slug_field, value=data.replace("\x00", ""))
        return super().to_internal_value(data)


class ClockTime(serializers.TimeField):
    """A time of day on somebody's own clock; a zone of its own would be lost, so none is taken."""

    PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"
    default_error_messages = {"invalid": "Write a time of day, such as 07:30."}

    def to_internal_value(self, value: Any) -> time:
        if not isinstance(value, str) or not re.fullmatch(self.PATTERN, value):
            self.fail("invalid")
        return time.fromisoformat(value)


class SentModel(Sent, serializers.ModelSerializer[Any]):
    """A body with columns of a model: their limits and help are the model's, none is assumed."""

    serializer_choice_field = Choice
    serializer_field_mapping = {
        **serializers.ModelSerializer.serializer_field_mapping,
        models.BooleanField: Switch,
        models.DecimalField: Amount,
        models.FloatField: Number,
        models.TimeField: ClockTime,
        models.PositiveIntegerField: Whole,
        models.PositiveSmallIntegerField: Whole,
    }
