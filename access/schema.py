"""What drf-spectacular cannot see by itself: who may come in, and how an operation can be refused.

A view names its own answers in `@extend_schema`; what any view of its kind can answer is added
here, so that a caller finds each status described.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.contrib.rest_framework_simplejwt import SimpleJWTScheme
from drf_spectacular.extensions import (
    OpenApiAuthenticationExtension,
    OpenApiSerializerExtension,
    OpenApiSerializerFieldExtension,
)
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from access.answers import ANYTHING_ELSE, ERROR, refusal
from access.permissions import PublicRead
from access.sent import Sent
from access.values import ClockTime

Schema = dict[str, Any]
NOT_BLANK = r"[^\s\x1C-\x1F\x85]"  # a character that Python does not take off a text's ends


class DeskSchema(AutoSchema):
    """Documents an operation with its docstring and every answer it can give."""

    def get_summary(self) -> str:
        """The first line of what the docstring says."""
        return str(self.get_description()).partition("\n")[0].removesuffix(".")

    def get_auth(self) -> list[Schema]:
        """Nothing at all will do as well where strangers may read."""
        found: list[Schema] = super().get_auth()
        return [*found, {}] if found and self._is_public() else found

    def _is_public(self) -> bool:
        is_open = any(isinstance(asked, PublicRead) for asked in self.view.get_permissions())
        return is_open and settings.PUBLIC_API

    def _get_format_parameters(self) -> list[Schema]:
        return []  # the header Accept says it

    def _get_response_bodies(self, direction: Any = "response") -> Schema:
        answers: Schema = super()._get_response_bodies(direction)
        for status in self._refusals():
            answers[str(status)] = self._merged(status, answers.get(str(status)))
        answers.setdefault("default", ANYTHING_ELSE)
        return dict(sorted(answers.items()))

    def _merged(self, status: int, named: Schema | None) -> Schema:
        """The refusal, in the words of the view where it has some; or its own body."""
        general = refusal(status)
        if named and "content" in named:
            return named
        return general | ({"description": named["description"]} if named else {})

    def _refusals(self) -> Iterator[int]:
        """Each status by which this kind of operation is refused, and those the view names."""
        yield 406
        yield from (code for code in self._own_codes() if code >= 400)
        if self.view.get_authenticators():
            yield 401
            if not self._is_public():
                yield 403
        names = {parameter["name"]: parameter["in"] for parameter in self._get_parameters()}
        has_body = self._get_request_body() is not None  # type: ignore[no-untyped-call]
        if has_body or "query" in names.values():
            yield from (400, 414)
        if has_body:
            yield from (413, 415)
        if "Idempotency-Key" in names:
            yield from (400, 409, 422)
        if "path" in names.values() or "cursor" in names:
            yield 404
        if self.view.throttle_classes:
            yield 429

    def _own_codes(self) -> list[int]:
        named = self.get_response_serializers()
        if not isinstance(named, dict):
            return []
        return [int(code[0] if isinstance(code, tuple) else code) for code in named]


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """A key comes in either of two headers."""

    target_class = "access.authentication.ApiKeyAuthentication"
    name = ["apiKey", "apiKeyAuthorization"]

    def get_security_requirement(self, auto_schema: Any) -> list[Schema]:
        return [{name: []} for name in self.name]

    def get_security_definition(self, auto_schema: Any) -> list[Schema]:
        return [
            {
                "type": "apiKey",
                "in": "header",
                "name": "X-Api-Key",
                "description": "A key from the page Keys of the desk.",
            },
            {
                "type": "apiKey",
                "in": "header",
                "name": "Authorization",
                "description": "The same key as `Api-Key <key>`.",
            },
        ]


class PersonTokenScheme(SimpleJWTScheme):  # type: ignore[no-untyped-call]
    """`Authorization: Bearer ...`."""

    target_class = "access.authentication.PersonTokenAuthentication"


class PageSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """The cookie of the pages."""

    target_class = "access.authentication.PageSessionAuthentication"


class ClockTimeSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """A time of day has no zone, as OpenAPI's own format `time` must."""

    target_class = serializers.TimeField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Any) -> Schema:
        return {"type": "string", "pattern": ClockTime.PATTERN, "example": "07:30:00"}


class SentSchema(OpenApiSerializerExtension):  # type: ignore[no-untyped-call]
    """A body is refused for a name that is not in it, and says so."""

    target_class = Sent
    match_subclasses = True

    def map_serializer(self, auto_schema: AutoSchema, direction: Any) -> Schema:
        read: Any = auto_schema._map_serializer  # has no types
        shape: Schema = read(self.target, direction, bypass_extensions=True)
        for name, field in self.target.fields.items():
            if name in shape["properties"] and _must_say_something(field):
                shape["properties"][name].setdefault("minLength", 1)
                if field.trim_whitespace:
                    shape["properties"][name].setdefault("pattern", NOT_BLANK)
        return {**shape, "additionalProperties": False}


def _must_say_something(field: Any) -> bool:
    """Whether an empty text is refused; and with it blanks alone, where those are taken off."""
    is_text = isinstance(field, serializers.CharField)
    return is_text and not field.allow_blank and not field.read_only


def add_reached_server(result: Schema, request: HttpRequest | None = None, **kwargs: Any) -> Schema:
    """The API with the address it was reached at first, where that is not PUBLIC_BASE_URL.

    So that the page that tries it out asks its own origin: its policy allows no other.
    """
    if request is not None and request.get_host() != urlsplit(settings.PUBLIC_BASE_URL).netloc:
        here = f"{request.scheme}://{request.get_host()}"
        result["servers"].insert(0, {"url": here, "description": "As you reached it"})
    return result


def add_error_shape(result: Schema, **kwargs: Any) -> Schema:
    """The API with the shape all refusals share."""
    result.setdefault("components", {}).setdefault("schemas", {})["Error"] = ERROR
    return result
