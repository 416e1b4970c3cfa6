"""The API keys as the page lists them, and the question a new one begins with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.db.models import Q, QuerySet
from django.forms.boundfield import BoundWidget
from django.utils import timezone
from django.utils.crypto import get_random_string

from access.counters import count
from access.models import ApiKey, Scope

ACTIVE_SHOWN, ENDED_SHOWN = 100, 20
HOUR = 3600  # seconds
LIVES = {"30": "30 days", "90": "90 days", "365": "a year", "": "until it is revoked"}
SCOPE_HELP = {
    Scope.SIGNALS_READ: "Signals, symbols, strategies, the stream, the description of the API.",
    Scope.SIGNALS_WRITE: "Symbols, recipients, test and uncertain messages too: as staff may.",
    Scope.CANDLES_WRITE: "Send candles of a feed of your own.",
    Scope.OPS_READ: "The log, deliveries and recipients; addresses masked.",
}


@dataclass(frozen=True)
class KeyRow:
    """One key; `state` is active, expired or revoked."""

    prefix: str
    name: str
    scopes: tuple[str, ...]
    created: datetime
    last_used_at: datetime | None
    expires_at: datetime | None
    state: str


@dataclass(frozen=True)
class KeyList:
    """Keys that work, newest first, then those that no longer do; `more`: some are not listed."""

    active: tuple[KeyRow, ...]
    ended: tuple[KeyRow, ...]
    more: bool


def _nonce() -> str:
    """Tells one form from the next."""
    return get_random_string(20)


class KeyForm(forms.Form):
    """What a key is for, what it may do, how long it lives."""

    name = forms.CharField(
        max_length=50,
        help_text="What uses it: the log names it so.",
        error_messages={"required": "Name the script or person that will use the key."},
        widget=forms.TextInput(attrs={"placeholder": "Notebook of Anna", "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label="It may",
        choices=Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": "Choose at least one thing the key may do.",
            "invalid_choice": "Choose from the boxes shown.",
        },
    )
    lives = forms.ChoiceField(
        label="It works for",
        choices=list(LIVES.items()),
        required=False,
        initial="90",
        error_messages={"invalid_choice": "Choose from the list."},
    )
    once = forms.CharField(widget=forms.HiddenInput, max_length=40, initial=_nonce)

    def scope_boxes(self) -> list[tuple[BoundWidget, str]]:
        """Each checkbox with what it opens."""
        return [(box, SCOPE_HELP[Scope(box.data["value"])]) for box in self["scopes"]]

    def expires_at(self, now: datetime) -> datetime | None:
        days: str = self.cleaned_data["lives"]
        return now + timedelta(days=int(days)) if days else None

    def is_repeated(self) -> bool:
        """Whether this very form was sent before: a reload must not make a second key."""
        name = f"key-form:{self.cleaned_data['once']}"
        return count(name, now=timezone.now(), window=HOUR) > 1


def key_list(*, now: datetime) -> KeyList:
    """Two queries, bounded."""
    works = Q(revoked=False) & (Q(expiry_date=None) | Q(expiry_date__gt=now))
    active = _rows(ApiKey.objects.filter(works), ACTIVE_SHOWN + 1, now=now)
    ended = _rows(ApiKey.objects.exclude(works), ENDED_SHOWN + 1, now=now)
    more = len(active) > ACTIVE_SHOWN or len(ended) > ENDED_SHOWN
    return KeyList(active[:ACTIVE_SHOWN], ended[:ENDED_SHOWN], more)


def _rows(keys: QuerySet[ApiKey], most: int, *, now: datetime) -> tuple[KeyRow, ...]:
    return tuple(_row(key, now=now) for key in keys.order_by("-created")[:most])


def _row(key: ApiKey, *, now: datetime) -> KeyRow:
    is_over = key.expiry_date is not None and key.expiry_date <= now
    return KeyRow(
        prefix=key.prefix,
        name=key.name,
        scopes=tuple(Scope(scope).label for scope in key.scopes if scope in Scope.values),
        created=key.created,
        last_used_at=key.last_used_at,
        expires_at=key.expiry_date,
        state="revoked" if key.revoked else "expired" if is_over else "active",
    )
