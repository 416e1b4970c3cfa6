"""A limit on logins per address, whatever the user name; django-axes counts both together."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from access.addresses import client_address
from access.counters import count

LOGINS = 30  # a minute from one address


class AddressLimit:
    """Knows nobody; the first backend, so that past the limit no password is even compared."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is not None and too_many(request, now=timezone.now()):
            raise PermissionDenied("Too many logins from this address: wait a minute.")


def too_many(request: HttpRequest, *, now: datetime) -> bool:
    """Whether this login is one too many for its address in this minute."""
    return count(f"login:{client_address(request)}", now=now, window=60) > LOGINS
