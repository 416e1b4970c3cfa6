"""Who may do what at every address of the desk. An address that is not here fails the tests."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from django.http import HttpResponseBase
from django.urls import URLResolver, get_resolver


class Who(IntEnum):
    """The least anybody must be; each may do what the ones before may."""

    ANYBODY = 0
    VIEWER = 1
    STAFF = 2
    ADMIN = 3
    SIGNED = 4  # a provider that signs what it sends: no person, whatever the role


@dataclass(frozen=True)
class Rule:
    """Who may read an address, and who may post to it; None: there is no such method."""

    get: Who | None
    post: Who | None = None


PUBLIC = Rule(Who.ANYBODY)
READ = Rule(Who.VIEWER)
STAFF_READ = Rule(Who.STAFF)
STAFF_FORM = Rule(Who.STAFF, Who.STAFF)
STAFF_POST = Rule(None, Who.STAFF)
OWN_FORM = Rule(Who.VIEWER, Who.VIEWER)

MATRIX: dict[str, Rule] = {
    # pages and their parts
    "overview": READ,
    "live": READ,
    "signals": READ,
    "signals-export": READ,
    "signals-tabs": READ,
    "signals-list": READ,
    "signal": READ,
    "signal-chart": READ,
    "signal-part": READ,
    "strategies": READ,
    "live-strategies": READ,
    "strategy": READ,
    "live-strategy": READ,
    "strategy-version": READ,
    "risk": READ,
    "live-risk": READ,
    "logs": READ,
    "log-lines": READ,
    "event": READ,
    "docs": READ,
    # what staff do
    "push-last": STAFF_READ,
    "push": STAFF_FORM,
    "test-message": STAFF_FORM,
    "message": STAFF_READ,
    "live-message": STAFF_READ,
    "undecided": STAFF_READ,
    "resolve": STAFF_FORM,
    "pause": STAFF_FORM,
    "resume": STAFF_FORM,
    "resume-channel": STAFF_FORM,
    "strategy-edit": STAFF_FORM,
    "strategy-switch": STAFF_FORM,
    "strategy-restore": STAFF_FORM,
    "risk-edit": STAFF_FORM,
    "risk-loss": STAFF_FORM,
    "risk-restore": STAFF_FORM,
    "keys": STAFF_READ,
    "new-key": STAFF_FORM,
    "revoke-key": STAFF_FORM,
    "revoke-token": STAFF_FORM,
    "revoke-tokens": STAFF_FORM,
    # accounts
    "login": Rule(Who.ANYBODY, Who.ANYBODY),
    "logout": Rule(None, Who.ANYBODY),
    "theme": Rule(None, Who.ANYBODY),
    "profile": OWN_FORM,
    "password": OWN_FORM,
    "revoke-own-tokens": OWN_FORM,
    "revoke-own-token": OWN_FORM,
    # scripts
    "api-signals-latest": PUBLIC,
    "api-signals-recent": PUBLIC,
    "api-signal": PUBLIC,
    "health": PUBLIC,
    "stream": READ,  # 503 where no ASGI server answers, but only to who may read it
    "metrics": STAFF_READ,
    "candles": STAFF_POST,
    "api-symbols": READ,
    "api-add-symbol": STAFF_POST,
    "api-symbol": STAFF_READ,
    "api-holidays": STAFF_FORM,
    "api-holiday": STAFF_READ,
    "api-deliveries": READ,
    "api-recipients": READ,
    "api-schema": READ,
    "api-docs": READ,
    "api-resend": STAFF_POST,
    "api-kill-switch": STAFF_POST,
    "api-test-message": STAFF_POST,
    "api-resolve": STAFF_POST,
    "api-resume-channel": STAFF_POST,
    "api-token": Rule(None, Who.ANYBODY),
    "api-refresh": Rule(None, Who.ANYBODY),
    "api-logout": Rule(None, Who.ANYBODY),
    "api-unknown": Rule(Who.ANYBODY, Who.ANYBODY),
    # providers
    "webhook-whatsapp": Rule(Who.SIGNED, Who.SIGNED),
    "webhook-telegram": Rule(None, Who.SIGNED),
}


@dataclass(frozen=True)
class Address:
    """One address of the desk: its name, and its route with the places of ids."""

    name: str
    route: str

    def url(self, values: Mapping[str, Any]) -> str:
        """The address with `values` in place; a pattern takes the first it allows."""
        plain = re.sub(r"\(\?P<\w+>([^|)]*)[^)]*\)", r"\1", self.route)
        plain = plain.replace(".*", "nowhere").replace("^", "").replace("$", "")
        filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: self._value(found[1], values), plain)
        return f"/{filled}"

    def _value(self, part: str, values: Mapping[str, Any]) -> str:
        return str(values.get(f"{self.name}.{part}", values.get(part)))

    @property
    def is_admin(self) -> bool:
        return self.name.startswith("admin:")


def addresses() -> Iterator[Address]:
    """Every address the desk answers."""
    yield from _below(get_resolver(), "", "")


def _below(resolver: URLResolver, route: str, space: str) -> Iterator[Address]:
    for pattern in resolver.url_patterns:
        here = route + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _below(pattern, here, inner)
        else:
            yield Address(space + (pattern.name or UNNAMED.get(here, "")), here)


UNNAMED = {"^api/": "api-unknown"}


def outcome(response: HttpResponseBase) -> str:
    """What an answer says of the right to be there."""
    to = response.headers.get("Location", "") or response.headers.get("HX-Redirect", "")
    if response.status_code == 401 or to.startswith(("/login/?next=", "/admin/login/?next=")):
        return "sign in"
    return {403: "denied", 405: "no such method"}.get(response.status_code, "let in")


def expected(who: Who | None, role: Who) -> set[str]:
    """What `role` may be answered where `who` is asked for."""
    if who is None:
        return {"no such method", "sign in", "denied"}  # never let in, whichever is said first
    if who == Who.SIGNED:
        return {"denied"}
    if role >= who:
        return {"let in"}
    return {"sign in"} if role == Who.ANYBODY else {"denied", "sign in"}
