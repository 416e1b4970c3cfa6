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


METHODS = ("get", "head", "options", "post", "put", "patch", "delete")


@dataclass(frozen=True)
class Rule:
    """Who may do what at an address; None: there is no such method.

    HEAD goes with GET, and OPTIONS does nothing anywhere. `scope` is what lets a key in; tokens and
    keys are only looked at under /api/.
    """

    get: Who | None = None
    post: Who | None = None
    put: Who | None = None
    patch: Who | None = None
    delete: Who | None = None
    scope: str = ""
    write_scope: str = ""  # where writing asks for another one

    def who(self, method: str) -> Who | None:
        """The least that may use `method`."""
        found: Who | None = getattr(self, {"head": "get"}.get(method, method), None)
        return found

    def scope_for(self, method: str) -> str:
        """The scope that lets a key in."""
        return (
            self.scope if method in ("get", "head", "options") else self.write_scope or self.scope
        )


# pages
PUBLIC = Rule(Who.ANYBODY)
READ = Rule(Who.VIEWER)
STAFF_READ = Rule(Who.STAFF)
STAFF_FORM = Rule(Who.STAFF, Who.STAFF)
OWN_FORM = Rule(Who.VIEWER, Who.VIEWER)

# the API
API_LIST = Rule(Who.VIEWER, scope="signals:read")
API_OPS = Rule(Who.VIEWER, scope="ops:read")
API_STAFF = Rule(Who.STAFF, scope="signals:write")
API_POST = Rule(post=Who.STAFF, scope="signals:write")
API_SWITCH = Rule(Who.STAFF, Who.STAFF, scope="signals:write")
API_EDIT = Rule(Who.STAFF, patch=Who.STAFF, scope="signals:write")
API_PUT = Rule(Who.STAFF, put=Who.STAFF, scope="signals:write")

MATRIX: dict[str, Rule] = {
    # pages and their parts
    "overview": READ,
    "live": READ,
    "signals": READ,
    "why": READ,
    "signals-export": READ,
    "signals-tabs": READ,
    "signals-list": READ,
    "signal": READ,
    "signal-chart": READ,
    "signal-part": READ,
    "track-record": READ,  # public with PUBLIC_TRACK_RECORD: tests/signals/track_record/
    "record-csv": READ,
    "record-json": READ,
    "track-record-part": READ,
    "track-record-chart": READ,
    "strategies": READ,
    "live-strategies": READ,
    "strategy": READ,
    "live-strategy": READ,
    "strategy-version": READ,
    "backtests": READ,
    "backtests-list": READ,
    "backtests-compare": READ,
    "backtest": READ,
    "backtest-progress": READ,
    "backtest-equity": READ,
    "backtest-candles": READ,
    "backtest-csv": READ,
    "backtest-json": READ,
    "backtest-report": READ,
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
    "backtest-new": STAFF_FORM,
    "backtest-cancel": STAFF_FORM,
    "backtest-again": Rule(post=Who.STAFF),
    "backtest-delete": STAFF_FORM,
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
    "sweep-new": STAFF_FORM,
    "sweep": READ,
    "sweep-progress": READ,
    "sweep-cancel": STAFF_FORM,
    "sweep-shadow": STAFF_FORM,
    "strategy-shadow": READ,
    # accounts
    "verify": PUBLIC,
    "verify-code": PUBLIC,
    "login": Rule(Who.ANYBODY, Who.ANYBODY),
    "logout": Rule(post=Who.ANYBODY),
    "theme": Rule(post=Who.ANYBODY),
    "profile": OWN_FORM,
    "password": OWN_FORM,
    "login-code": Rule(Who.ANYBODY, Who.ANYBODY),
    "login-passkey": Rule(Who.ANYBODY, Who.ANYBODY),
    "confirm": OWN_FORM,
    "app-add": OWN_FORM,
    "passkey-add": OWN_FORM,
    "passkey-rename": OWN_FORM,
    "factor-remove": OWN_FORM,
    "recovery-codes": OWN_FORM,
    "recovery-codes-file": READ,
    "revoke-own-tokens": OWN_FORM,
    "revoke-own-token": OWN_FORM,
    # scripts
    "api-signals-latest": PUBLIC,
    "api-signals-recent": PUBLIC,
    "api-signal": PUBLIC,
    "api-stats": API_LIST,
    "api-why": API_LIST,
    "health": PUBLIC,
    "stream": API_LIST,  # 503 where no ASGI server answers, but only to who may read it
    "feed": API_LIST,  # 426 without a WebSocket; over one: tests/dashboard/test_feed_access.py
    "metrics": STAFF_READ,
    "candles": Rule(post=Who.STAFF, scope="candles:write"),
    "api-risk": API_EDIT,
    "api-risk-versions": API_STAFF,
    "api-risk-version": API_STAFF,
    "api-risk-restore": API_POST,
    "api-daily-loss": API_PUT,
    "api-configs": API_LIST,
    "api-kinds": API_LIST,
    "api-add-config": API_POST,
    "api-config": API_EDIT,
    "api-config-versions": API_STAFF,
    "api-config-version": API_STAFF,
    "api-config-restore": API_POST,
    "api-backtests": Rule(Who.VIEWER, Who.STAFF, scope="signals:read", write_scope="signals:write"),
    "api-backtest": API_LIST,
    "api-backtest-cancel": API_POST,
    "api-backtest-trades": API_LIST,
    "api-sweeps": Rule(Who.VIEWER, Who.STAFF, scope="signals:read", write_scope="signals:write"),
    "api-sweep": API_LIST,
    "api-sweep-cancel": API_POST,
    "api-symbols": API_LIST,
    "api-add-symbol": API_POST,
    "api-symbol": API_EDIT,
    "api-holidays": API_SWITCH,
    "api-holiday": API_EDIT,
    "api-deliveries": API_OPS,
    "api-delivery": API_OPS,
    "api-events": API_OPS,
    "api-event": API_OPS,
    "api-recipients": API_OPS,
    "api-add-recipient": API_POST,
    "api-recipient": API_EDIT,
    **{
        f"api-recipient-{what}": API_POST
        for what in ("opt-out", "opt-in", "pause", "resume", "signing-secret")
    },
    "api-recipient-forget": Rule(post=Who.ADMIN),  # what staff may not do, no key may
    "api-schema": API_LIST,
    "api-docs": API_LIST,
    "api-resend": API_POST,
    "api-kill-switch": API_SWITCH,
    "api-test-message": API_POST,
    "api-resolve": API_POST,
    "api-resume-channel": API_POST,
    "api-token": Rule(post=Who.ANYBODY),
    "api-refresh": Rule(post=Who.ANYBODY),
    "api-logout": Rule(post=Who.ANYBODY),
    "api-unknown": Rule(*[Who.ANYBODY] * 5),
    # providers
    "webhook-whatsapp": Rule(Who.SIGNED, Who.SIGNED),
    "webhook-telegram": Rule(post=Who.SIGNED),
}


ADMINS_ONLY = re.compile(r"admin:(auth|access|audit|token_blacklist|axes)_")


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
    def is_api(self) -> bool:
        """Whether tokens and keys are looked at here."""
        return self.route.startswith(("api/", "ws/")) and self.name != "health"

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


UNNAMED: dict[str, str] = {}


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
    if role >= who:
        return {"let in"}
    return {"sign in"} if role == Who.ANYBODY and who != Who.SIGNED else {"denied", "sign in"}
