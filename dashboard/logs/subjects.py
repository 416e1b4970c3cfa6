"""What an event speaks of, as a link this reader may follow."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from access.roles import RUN_DESK, Reader
from audit.models import Event
from dashboard.logs.names import names_of, numbers_in
from delivery.channels.registry import CHANNELS
from delivery.models import Message
from markets.models import Symbol
from strategies.models import StrategyConfig


@dataclass(frozen=True)
class Link:
    """Where an event leads, and what stands there."""

    label: str
    url: str


@dataclass(frozen=True)
class Known:
    """The rows some events speak of, read together."""

    messages: dict[str, int]  # by key
    symbols: dict[str, str]  # code by id
    configs: dict[str, str]  # words by id
    names: dict[int, str]  # of recipients this reader may see

    def link(self, event: Event, reader: Reader) -> Link | None:
        """Where `event` leads; None for what this reader cannot open."""
        what, _, which = event.subject.partition(":")
        opener = OPENERS.get(what)
        return opener(Asked(which, event.payload, self, reader)) if opener else None


@dataclass(frozen=True)
class Asked:
    """One subject, and who wants to open it."""

    which: str
    payload: dict[str, Any]
    known: Known
    reader: Reader


def known(events: Collection[Event], reader: Reader) -> Known:
    """What the subjects of `events` need; four queries for any number of them."""
    ids: dict[str, set[str]] = {}
    for event in events:
        what, _, which = event.subject.partition(":")
        ids.setdefault(what, set()).add(which)
    keys = ids.get("message", set()) | {str(event.payload.get("message")) for event in events}
    symbols = Symbol.objects.filter(pk__in=_numbers(ids.get("symbol", ())))
    configs = StrategyConfig.objects.filter(pk__in=_numbers(ids.get("config", ())))
    return Known(
        messages=dict(Message.objects.filter(key__in=keys).values_list("key", "pk")),
        symbols={str(pk): code for pk, code in symbols.values_list("pk", "code")},
        configs={str(config.pk): str(config) for config in configs.select_related("symbol")},
        names=names_of(numbers_in(events), reader),
    )


def is_id(text: str) -> bool:
    """Whether it can be the number of a row: some columns of the log hold what strangers typed."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def _numbers(texts: Iterable[str]) -> set[int]:
    return {int(text) for text in texts if is_id(text)}


def _signal(asked: Asked) -> Link | None:
    which = asked.which
    return Link("Signal", reverse("signal", args=[which])) if is_id(which) else None


def _message(asked: Asked) -> Link | None:
    """Staff see the message, recipient by recipient; others the signal it tells of."""
    number = asked.known.messages.get(asked.which)
    if number and asked.reader.has_perm(RUN_DESK):
        return Link("Message", reverse("message", args=[number]))
    what, *which = asked.which.split(":")
    return _signal(_about(asked, which[0])) if what == "signal" and which else None


def _delivery(asked: Asked) -> Link | None:
    return _message(_about(asked, str(asked.payload.get("message", ""))))


def _about(asked: Asked, which: str) -> Asked:
    return Asked(which, asked.payload, asked.known, asked.reader)


def _config(asked: Asked) -> Link | None:
    label = asked.known.configs.get(asked.which)
    return Link(label, reverse("strategy", args=[asked.which])) if label else None


def _symbol(asked: Asked) -> Link | None:
    code = asked.known.symbols.get(asked.which)
    return Link(code, f"{reverse('signals')}?symbol={code}") if code else None


def _risk(asked: Asked) -> Link | None:
    return Link("Risk", reverse("risk"))


def _key(asked: Asked) -> Link | None:
    return Link("Keys", reverse("keys")) if asked.reader.has_perm(RUN_DESK) else None


def _recipient(asked: Asked) -> Link | None:
    name = asked.known.names.get(int(asked.which)) if is_id(asked.which) else None
    link = in_admin("delivery.recipient", "Recipient")(asked)
    return Link(name, link.url) if name and link else None


def _channel(asked: Asked) -> Link | None:
    link = in_admin("delivery.channelstate", "Channels", is_list=True)(asked)
    kind = CHANNELS.get(asked.which)
    return Link(kind.label, link.url) if link and kind else link


def in_admin(model: str, label: str, is_list: bool = False) -> Callable[[Asked], Link | None]:
    """Opens the admin's page of a row, or the list it stands in, for those who may see it."""
    app, name = model.split(".")

    def opener(asked: Asked) -> Link | None:
        is_staff = getattr(asked.reader, "is_staff", False)
        if not (is_staff and asked.reader.has_perm(f"{app}.view_{name}")):
            return None
        if is_list:
            return Link(label, reverse(f"admin:{app}_{name}_changelist"))
        if not is_id(asked.which):
            return None
        return Link(label, reverse(f"admin:{app}_{name}_change", args=[asked.which]))

    return opener


OPENERS: dict[str, Callable[[Asked], Link | None]] = {
    "signal": _signal,
    "delivery": _delivery,
    "message": _message,
    "config": _config,
    "symbol": _symbol,
    "holiday": in_admin("markets.holiday", "Holidays", is_list=True),
    "risk": _risk,
    "pause": _risk,
    "trading_day": _risk,
    "key": _key,
    "recipient": _recipient,
    "recipients": in_admin("delivery.recipient", "Recipients", is_list=True),
    "user": in_admin("auth.user", "Account"),
    "channel": _channel,
    "alarm": in_admin("delivery.alarm", "Alarms", is_list=True),
    "callback": in_admin("delivery.callback", "Callback"),
}
