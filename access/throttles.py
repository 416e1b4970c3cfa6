"""How often one caller may ask; past that the answer is 429 with Retry-After."""

from typing import Any, ClassVar

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import BaseThrottle

from access.addresses import counted_address
from access.callers import caller_of
from access.counters import count, seconds_left

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


class WindowThrottle(BaseThrottle):
    """Counts requests per caller in fixed windows, exactly even when they come in parallel."""

    scope: ClassVar[str]
    retry_after: float | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        limit, window = rate(self.scope)
        now = timezone.now()
        used = count(f"{self.scope}:{self.caller(request)}", now=now, window=window)
        self.retry_after = seconds_left(now=now, window=window)
        return used <= limit

    def wait(self) -> float | None:
        return self.retry_after

    def caller(self, request: Request) -> str:
        """The key, the person, or the address."""
        return caller_of(request)


class PublicThrottle(WindowThrottle):
    """For what anybody may read."""

    scope = "public"


class TokenThrottle(WindowThrottle):
    """For logging in: by address alone, whoever the request says it is."""

    scope = "token"

    def caller(self, request: Request) -> str:
        return f"address:{counted_address(request)}"


class WriteThrottle(WindowThrottle):
    """For what changes something."""

    scope = "write"


def rate(scope: str) -> tuple[int, int]:
    """The limit of DEFAULT_THROTTLE_RATES for `scope`, such as 120/min: requests, seconds."""
    number, _, period = str(api_settings.DEFAULT_THROTTLE_RATES[scope]).partition("/")
    return int(number), SECONDS[period[0]]
