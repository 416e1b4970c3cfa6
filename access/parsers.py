"""JSON from outside: bounded, and without what JSON leaves to chance."""

import json
import re
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

HALF_A_CHARACTER = re.compile(r"\\u[dD][89a-fA-F]")  # the two halves of one may follow each other


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
            return strict_json(body.decode())
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
        except UnicodeDecodeError:
            raise ParseError("The body is not UTF-8.") from None
        except json.JSONDecodeError as error:
            raise ParseError(
                f"This is not JSON: it breaks off at line {error.lineno}, column {error.colno}."
            ) from None
        except UnicodeEncodeError:
            raise ParseError(
                "The JSON has half a character: a \\ud8.. without its \\udc.."
            ) from None
        except ValueError as error:
            raise ParseError(f"This is not JSON the desk reads: {error}") from None


def strict_json(text: str) -> Any:
    """What `text` says; ValueError for what JSON leaves to chance, or half a character.

    No answer could repeat half a character, and no database keeps one. RecursionError: too deep.
    """
    found = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_once)
    if HALF_A_CHARACTER.search(text):
        json.dumps(found, ensure_ascii=False).encode()
    return found


def _no_constant(constant: str) -> None:
    raise ValueError(f"{constant} is no number")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key[:30]!r} is given twice")
        found[key] = value
    return found
