"""What callers send: read whole, and refused by name where the desk knows no such thing."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.request import Request

from access.json_types import wanted_instead

Fields = dict[str, Any]
Refused = dict[str, list[str]]
IS_QUERY = {"is_query": True}  # context of a shape that reads a query: there all values are texts


class Sent(serializers.Serializer[Any]):
    """A body or a query; a misspelt name must not pass for "everything" or "no change"."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (refused := self._unknown(data) or self._mistyped(data)):
            raise serializers.ValidationError(refused)
        return super().to_internal_value(data)

    def _unknown(self, sent: Mapping[str, Any]) -> Refused:
        known = [name for name, field in self.fields.items() if not field.read_only]
        unknown = sorted(str(name) for name in set(sent) - set(known))
        return {name[:50]: [_hint(name, known)] for name in unknown}

    def _mistyped(self, sent: Mapping[str, Any]) -> Refused:
        """Values of another JSON type than described; in a query all are texts."""
        if self.context.get("is_query"):
            return {}
        return {
            name: [wanted]
            for name, field in self.fields.items()
            if name in sent and (wanted := wanted_instead(field, sent[name]))
        }


def _hint(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=1)
    if close:
        return f"There is no such field: did you mean {close[0]}?"
    listed = ", ".join(known)
    return f"There is no such field; there is {listed}." if listed else "Nothing is taken here."


class PageQuery(Sent):
    """What every list takes besides its filters."""

    limit = serializers.IntegerField(required=False, min_value=1, max_value=200, default=50)
    cursor = serializers.CharField(
        required=False, max_length=500, help_text="`next` of the page before."
    )


def read_query(shape: type[serializers.Serializer[Any]], request: Request) -> Fields:
    """The request's query as `shape` reads it; ValidationError names what is wrong.

    An empty value is refused: `?symbol=` of a script whose variable is empty must not ask for all.
    """
    sent = _said_once(request.query_params)
    return _valid(shape(data=sent, context=IS_QUERY))


def read_body(shape: type[serializers.Serializer[Any]], request: Request) -> Fields:
    """The request's body as `shape` reads it; ValidationError names what is wrong."""
    return _valid(shape(data=request.data))


def _said_once(query: QueryDict) -> Fields:
    """Each name of `query` with its value."""
    if twice := {name: ["Say it once."] for name, values in query.lists() if len(values) > 1}:
        raise serializers.ValidationError(twice)
    return query.dict()


def _valid(sent: serializers.Serializer[Any]) -> Fields:
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)
