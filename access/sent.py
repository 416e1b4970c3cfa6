"""What callers send: read whole, and refused by name where the desk knows no such thing."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

Fields = dict[str, Any]


class Sent(serializers.Serializer[Any]):
    """A body or a query; a misspelt name must not pass for "everything" or "no change"."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := sorted(set(data) - set(self.fields))):
            refused = {str(name)[:50]: [self._hint(str(name))] for name in unknown}
            raise serializers.ValidationError(refused)
        return super().to_internal_value(data)

    def _hint(self, name: str) -> str:
        close = get_close_matches(name, self.fields, n=1)
        if close:
            return f"There is no such field: did you mean {close[0]}?"
        known = ", ".join(self.fields)
        return f"There is no such field; there is {known}." if known else "Nothing is taken here."


class PageQuery(Sent):
    """What every list takes besides its filters."""

    limit = serializers.IntegerField(required=False, min_value=1, max_value=200, default=50)
    cursor = serializers.CharField(
        required=False, max_length=500, help_text="`next` of the page before."
    )


def read_query(shape: type[serializers.Serializer[Any]], request: Request) -> Fields:
    """The request's query as `shape` reads it; ValidationError names what is wrong."""
    return _valid(shape, request.query_params)


def read_body(shape: type[serializers.Serializer[Any]], request: Request) -> Fields:
    """The request's body as `shape` reads it; ValidationError names what is wrong."""
    return _valid(shape, request.data)


def _valid(shape: type[serializers.Serializer[Any]], data: Any) -> Fields:
    sent = shape(data=data)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)
