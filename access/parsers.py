"""JSON from outside: bounded, and without what JSON leaves to chance."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser


class StrictJSONParser(BaseParser):
    """Refuse NaN, keys given twice, bodies over the upload limit and endless nesting."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise RequestDataTooBig
        try:
            return json.loads(body, parse_constant=_no_constant, object_pairs_hook=_once)
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except json.JSONDecodeError as error:
            raise ParseError(
                f"This is not JSON: it breaks off at line {error.lineno}, column {error.colno}."
            ) from None
        except ValueError as error:
            raise ParseError(f"This is not JSON the desk reads: {error}") from None


def _no_constant(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:30]!r} is given twice")
        found[key] = value
    return found
