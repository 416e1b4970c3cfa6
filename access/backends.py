"""Limits on logins per address and per user name; django-axes counts both together."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils import timezone

from access.addresses import counted_address
from access.counters import count
from access.guesses import is_shut

LOGINS = 30  # a minute from one address


class AddressLimit:
    """Knows nobody; the first backend, so that past the limit no password is even compared."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> None:
        if request is not None and too_many(request, now=timezone.now()):
            raise PermissionDenied("Too many logins from this address: wait a minute.")


class NameLimit:
    """Knows nobody; refuses strange addresses while a name is guessed from many of them."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, **credentials: Any
    ) -> None:
        if request is not None and username and is_shut(username, request, now=timezone.now()):
            raise PermissionDenied("Too many wrong passwords for this name: wait an hour.")


def too_many(request: HttpRequest, *, now: datetime) -> bool:
    """Whether this login is one too many for its address in this minute."""
    return count(f"login:{counted_address(request)}", now=now, window=60) > LOGINS
