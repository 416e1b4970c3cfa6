"""The signals list: how many each tab holds, and one page of the chosen one."""

from dataclasses import dataclass

from django.http import QueryDict

from signals.models import SignalQuerySet
from signals.pages.filters import Asked
from signals.pages.places import Place, place_of, places, places_upward
from signals.pages.rows import SignalRow, signal_rows
from signals.pages.tabs import TABS, Tab

PAGE = 50  # signals
GROWN = 200  # signals; a first page that stays open grows up to here
COUNTED = 10_000  # above, the number is said to be more


@dataclass(frozen=True)
class TabLink:
    tab: Tab
    count: int  # COUNTED + 1 for more
    query: str
    is_current: bool

    @property
    def is_more(self) -> bool:
        return self.count > COUNTED

    @property
    def shown(self) -> int:
        return min(self.count, COUNTED)


@dataclass(frozen=True)
class Page:
    """Some rows of the list and the ways on; `query` asks for just these again."""

    rows: tuple[SignalRow, ...]
    is_newest: bool
    newer: str  # query of the page before, "" when there is none
    older: str
    query: str


def tab_links(asked: Asked) -> tuple[TabLink, ...]:
    """Every tab under the present filters; a bounded count for each."""
    found = asked.signals()
    return tuple(
        TabLink(
            tab=tab,
            count=counted(found.filter(tab.holds)),
            query=asked.query(tab=tab.slug),
            is_current=tab == asked.tab,
        )
        for tab in TABS.values()
    )


def counted(found: SignalQuerySet) -> int:
    """How many there are, looking no further than one past COUNTED."""
    return found.order_by()[: COUNTED + 1].count()


def page_of(asked: Asked, place: QueryDict) -> Page:
    """The page `place` names: `before` or `after` a signal, `from` one `to` another, or the newest.

    A place that names nothing, and one with less than a page above it, mean the newest page.
    """
    found = asked.signals().filter(asked.tab.holds)
    if before := place_of(place.get("before", "")):
        listed = places(found.filter(before.older), limit=PAGE + 1)
        if listed:
            return _page(asked, listed[:PAGE], is_newest=False, has_older=len(listed) > PAGE)
    if after := place_of(place.get("after", "")):
        listed = places_upward(found.filter(after.newer), limit=PAGE)
        if len(listed) == PAGE:
            return _page(asked, listed, is_newest=False, has_older=True)
    listed = places(found, limit=PAGE + 1)
    return _page(asked, listed[:PAGE], is_newest=True, has_older=len(listed) > PAGE)


def page_again(asked: Asked, place: QueryDict) -> Page:
    """The same rows as they are now; on the newest page, those that came in above them too."""
    found = asked.signals().filter(asked.tab.holds)
    first, last = place_of(place.get("from", "")), place_of(place.get("to", ""))
    if last:
        found = found.filter(last.upward)
    if first:
        found = found.filter(first.downward)
    listed = places(found, limit=GROWN)
    has_older = place.get("more") == "1" or len(listed) == GROWN
    return _page(asked, listed, is_newest=first is None or not listed, has_older=has_older)


def _page(asked: Asked, listed: list[Place], *, is_newest: bool, has_older: bool) -> Page:
    first, last = (listed[0], listed[-1]) if listed else (None, None)
    again = {
        "from": "" if is_newest or not first else str(first),
        "to": str(last) if last and has_older else "",
        "more": "1" if has_older else "",
    }
    return Page(
        rows=signal_rows([place.pk for place in listed]),
        is_newest=is_newest,
        newer="" if is_newest or not first else asked.query(after=str(first)),
        older=asked.query(before=str(last)) if last and has_older else "",
        query=asked.query(**again),
    )
