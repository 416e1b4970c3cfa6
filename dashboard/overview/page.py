"""Everything the Overview shows, as one frozen value; a pinned number of queries builds it."""

from dataclasses import dataclass
from datetime import datetime

from access.roles import RUN_DESK, Reader
from dashboard.logs.listing import Line
from dashboard.overview.activity import activity
from dashboard.overview.attention import attention
from dashboard.overview.cards import Cards, cards
from dashboard.overview.notices import Notice, notices
from dashboard.overview.phone import Phone, phone
from dashboard.overview.setup import Setup, setup
from dashboard.overview.symbol_rows import SymbolRow, symbol_rows


@dataclass(frozen=True)
class Top:
    """What to know first: the cards, and above them what is wrong."""

    cards: Cards
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Overview:
    top: Top
    symbols: tuple[SymbolRow, ...]
    activity: tuple[Line, ...]
    phone: Phone | None
    setup: Setup | None  # for staff

    @property
    def is_demo(self) -> bool:
        """Whether any price on the page is made up."""
        return any(row.is_demo for row in self.symbols)


def overview(reader: Reader, *, now: datetime) -> Overview:
    """The desk at `now`."""
    left = setup() if reader.has_perm(RUN_DESK) else None
    return Overview(top(now=now), symbol_rows(now=now), activity(reader), phone(), left)


def top(*, now: datetime) -> Top:
    """The cards at `now` and what they say is wrong."""
    state = cards(now=now)
    return Top(state, notices(state, attention()))
