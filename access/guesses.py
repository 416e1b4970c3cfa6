"""Passwords of one name guessed from many addresses, each below the limit of its own.

Past the limit only addresses from which this person logged in before are still asked for the
password, until the hour is over: a guesser is slowed to 50 tries an hour however many addresses he
has, and cannot shut out who comes from where they always come from. Names nobody has count alike.
"""

from datetime import datetime, timedelta

from django.http import HttpRequest

from access.addresses import counted, counted_address
from access.counters import count, counted_so_far
from audit.models import Event

GUESSES = 50  # an hour, of one name, from all addresses together
HOUR = 3600  # seconds
KNOWN_FOR = timedelta(days=30)
LOOKED_AT = 200  # logins; more say nothing new


def note_guess(name: str, *, now: datetime) -> None:
    """Count a wrong password for `name`."""
    count(_counter(name), now=now, window=HOUR)


def is_shut(name: str, request: HttpRequest, *, now: datetime) -> bool:
    """Whether `name` is being guessed and this address is not one of its own."""
    if counted_so_far(_counter(name), now=now, window=HOUR) < GUESSES:
        return False
    return not is_own_address(name, request, now=now)


def is_own_address(name: str, request: HttpRequest, *, now: datetime) -> bool:
    """Whether `name` logged in from where `request` comes from, not long ago."""
    return counted_address(request) in _own_addresses(name, now=now)


def _own_addresses(name: str, *, now: datetime) -> set[str]:
    logins = Event.objects.filter(kind="login.ok", actor=name, at__gt=now - KNOWN_FOR)
    payloads = logins.order_by("-at").values_list("payload", flat=True)[:LOOKED_AT]
    return {counted(str(payload.get("address", ""))) for payload in payloads}


def _counter(name: str) -> str:
    return f"guesses:{name.casefold()}"
