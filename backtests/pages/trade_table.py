"""The trades of a backtest a page at a time, in an order somebody chose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from backtests.report.listed import KINDS, SORTS, Trade, listed, places
from backtests.report.reading import Reading
from risk.guards.registry import guard_title
from risk.telling.words import pips_text, r_text, tone_of

PAGE = 50  # trades
KEPT = ("unit", "cut")  # what else the URL asks for


@dataclass(frozen=True)
class TradeRow:
    trade: Trade
    result: str
    pips: str
    tone: str
    refused_by: str
    chart: str  # query of its chart
    is_drawn: bool


@dataclass(frozen=True)
class Way:
    """A link to other trades, or to the same in another order."""

    slug: str
    label: str
    query: str
    is_current: bool


@dataclass(frozen=True)
class TradePage:
    rows: tuple[TradeRow, ...]
    total: int
    first: int  # number of the first row among all, from 1
    kinds: tuple[Way, ...]
    sorts: tuple[Way, ...]
    newer: str  # query of the page before, "" without
    older: str
    drawn: Trade | None  # the one on the chart
    drawn_query: str  # that shows it


def trade_page(reading: Reading, query: QueryDict, *, digits: Mapping[str, int]) -> TradePage:
    """The page `query` asks for; the last one where there are fewer."""
    kind = _one_of(KINDS, query.get("trades", ""), "taken")
    sort = _one_of(SORTS, query.get("sort", ""), "time")
    found = places(reading.trades, kind=kind, sort=sort)
    number = min(_number(query.get("page", "")) or 1, max(1, -(-len(found) // PAGE)))
    shown = found[(number - 1) * PAGE : number * PAGE]
    plan, guards = reading.plan, reading.guards
    rows = listed(reading.trades, shown, plan, guards=guards, digits=digits)
    drawn = _drawn(reading, query, rows, digits)
    base = {name: query.get(name, "") for name in KEPT if name in query}
    base |= {"trades": kind, "sort": sort}
    here = base | {"page": str(number)}
    return TradePage(
        rows=tuple(_row(each, here, drawn) for each in rows),
        total=len(found),
        first=(number - 1) * PAGE + 1,
        kinds=tuple(_way(base, "trades", slug, label, kind) for slug, label in KINDS.items()),
        sorts=tuple(_way(base, "sort", slug, label, sort) for slug, label in SORTS.items()),
        newer=urlencode({**base, "page": number - 1}) if number > 1 else "",
        older=urlencode({**base, "page": number + 1}) if number * PAGE < len(found) else "",
        drawn=drawn,
        drawn_query=urlencode({**here, "trade": drawn.place}) if drawn else "",
    )


def _drawn(
    reading: Reading, query: QueryDict, rows: tuple[Trade, ...], digits: Mapping[str, int]
) -> Trade | None:
    """The trade the chart shows: the one asked for, else the first of the page."""
    place = _number(query.get("trade", ""))
    if place is None or place >= len(reading.trades):
        return rows[0] if rows else None
    plan, guards = reading.plan, reading.guards
    return listed(reading.trades, [place], plan, guards=guards, digits=digits)[0]


def _row(trade: Trade, here: Mapping[str, str], drawn: Trade | None) -> TradeRow:
    best = "" if trade.r_optimistic is None else f" to {trade.r_optimistic:+.2f}"
    known = trade.r is not None
    return TradeRow(
        trade=trade,
        result=r_text(trade.r).replace(" R", f"{best} R") if known else "-",
        pips=pips_text(trade.pips) if known else "",
        tone=tone_of(trade.r),
        refused_by=", ".join(map(guard_title, trade.refused_by)),
        chart=urlencode({**here, "trade": trade.place}),
        is_drawn=drawn is not None and drawn.place == trade.place,
    )


def _way(base: Mapping[str, str], name: str, slug: str, label: str, current: str) -> Way:
    return Way(slug, label, urlencode({**base, name: slug}), slug == current)


def _one_of(known: Collection[str], named: str, usual: str) -> str:
    return named if named in known else usual


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None
