"""Keep secrets out of every log line: the configured ones by value, unknown ones by shape."""

import json
import re
import sys
from collections.abc import Iterable
from traceback import format_exception
from types import TracebackType
from typing import Any

SHORTEST = 6  # characters; a shorter value would blank out ordinary words
MASK = "***"
SHAPES = re.compile(
    r"(?P<bearer>\b(?:Bearer|Basic|Api-Key|JWT)\s+)[\w.~+/=-]{8,}"
    r"|(?P<bot>/bot)\d+:[\w-]+"
    r"|(?P<query>[?&;\s\"'](?:[\w.-]*(?:token|secret|password|apikey|api_key|signature)|key)=)"
    r"[^\s&\"'\\,;]+"
    r"|(?P<field>\"[\w-]*(?:password|secret|token|authorization|api_key|apikey)\":\s*\")"
    r"(?:[^\"\\]|\\.)+"
    r"|(?P<dsn>\w://[^\s:/@\"]*:)[^\s@/\"]+(?=@)",
    re.IGNORECASE,
)


class Scrubber:
    """Blanks secrets in a finished log line; the last step of every formatter."""

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {
            spelling
            for secret in secrets
            if len(secret) >= SHORTEST
            for spelling in (secret, json.dumps(secret)[1:-1])
        }
        longest_first = sorted(spellings, key=len, reverse=True)
        self.known = re.compile("|".join(map(re.escape, longest_first))) if spellings else None

    def __call__(self, _logger: Any, _method: str, line: str | bytes) -> str:
        """The line with every secret replaced by `***` (a structlog processor)."""
        text = line.decode() if isinstance(line, bytes) else line
        if self.known:
            text = self.known.sub(MASK, text)
        return SHAPES.sub(lambda match: f"{match[match.lastgroup or 0]}{MASK}", text)


class ScrubbedTraceback:
    """For `sys.excepthook`: the end of a process nobody foresaw, told without secrets."""

    def __init__(self, scrub: Scrubber) -> None:
        self.scrub = scrub

    def __call__(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        sys.stderr.write(self.scrub(None, "", "".join(format_exception(kind, error, trace))))
