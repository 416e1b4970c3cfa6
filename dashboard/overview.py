"""Everything the Overview shows, as one frozen value; a pinned number of queries builds it."""

from dataclasses import dataclass
from datetime import datetime

from audit.models import Event
from dashboard.attention import attention
from dashboard.cards import Cards, cards
from dashboard.notices import Notice, notices
from dashboard.phone import Phone, phone
from dashboard.symbol_rows import SymbolRow, symbol_rows

ACTIVITY_SHOWN = 9  # events
OF_EVERY_COPY = [  # one line for each recipient: the tally beside each signal says it shorter
    f"delivery.{state}" for state in ("sent", "delivered", "read", "failed", "expired", "uncertain")
]


@dataclass(frozen=True)
class Activity:
    """One line of the log."""

    at: datetime
    kind: str
    text: str
    actor: str

    @property
    def what(self) -> str:
        """Its kind in words: "kill_switch.on" reads "Kill switch on"."""
        return self.kind.replace(".", " ").replace("_", " ").capitalize()

    @property
    def tone(self) -> str:
        """What kind of thing it was, as a colour beside its words."""
        subject, _, verb = self.kind.partition(".")
        if verb in ("failed", "dead", "rejected", "uncertain", "raised"):
            return "tone-bad"
        if verb in ("blocked", "expired", "cancelled", "paused") or subject == "kill_switch":
            return "tone-warn"
        return "tone-accent" if self.kind == "signal.generated" else "tone-calm"


@dataclass(frozen=True)
class Top:
    """What to know first: the cards, and above them what is wrong."""

    cards: Cards
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Overview:
    top: Top
    symbols: tuple[SymbolRow, ...]
    activity: tuple[Activity, ...]
    phone: Phone | None

    @property
    def is_demo(self) -> bool:
        """Whether any price on the page is made up."""
        return any(row.is_demo for row in self.symbols)


def overview(*, now: datetime) -> Overview:
    """The desk at `now`."""
    return Overview(top(now=now), symbol_rows(now=now), activity(), phone())


def top(*, now: datetime) -> Top:
    """The cards at `now` and what they say is wrong."""
    state = cards(now=now)
    return Top(state, notices(state, attention()))


def activity() -> tuple[Activity, ...]:
    """The newest lines of the log, without who came and went and what became of each copy."""
    rows = Event.objects.exclude(kind__startswith="login.").exclude(kind__in=OF_EVERY_COPY)
    newest = rows.order_by("-id").values_list("at", "kind", "text", "actor")[:ACTIVITY_SHOWN]
    return tuple(Activity(*row) for row in newest)
