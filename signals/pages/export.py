"""The signals list as a CSV file: all pages, read and sent a piece at a time."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import date, datetime
from functools import partial
from io import StringIO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

from delivery.csv_cells import escaped
from delivery.tallies import Tally, tallies
from signals.contract import iso
from signals.models import Signal
from signals.pages.filters import Asked
from signals.pages.places import Place, places
from signals.pages.rows import signals_of
from signals.pages.status import status_look
from signals.wording import position_of

PIECE = 500  # signals read at once
COLUMNS = [
    *("id", "bar_closed_at_utc", "issued_at_utc", "expires_at_utc"),
    *("symbol", "feed", "timeframe", "action", "confidence", "price", "sl", "tp"),
    *("status", "status_words", "blocked_by", "late", "ended_at_utc", "exit_price"),
    *("pips", "r_multiple", "result_is_shadow"),
    *("sent", "delivered", "read", "uncertain", "failed", "strategy", "version"),
]


def csv_response(request: HttpRequest, asked: Asked, *, today: date) -> StreamingHttpResponse:
    """The file as an answer that is never whole in memory, on either kind of server."""
    found = pieces(asked)
    stream = alongside(found) if isinstance(request, ASGIRequest) else found
    name = f'attachment; filename="signals-{today:%Y-%m-%d}.csv"'
    return StreamingHttpResponse(
        stream, content_type="text/csv; charset=utf-8", headers={"Content-Disposition": name}
    )


def pieces(asked: Asked) -> Iterator[str]:
    """The head, then PIECE lines at a time, newest first; rows that come meanwhile stay out."""
    yield lines([COLUMNS])
    found = asked.signals().filter(asked.tab.holds)
    listed = places(found, limit=PIECE)
    while listed:
        yield lines(_cells(listed))
        listed = places(found.filter(listed[-1].older), limit=PIECE)


async def alongside(found: Iterator[str]) -> AsyncIterator[str]:
    """`found` for a server that must not wait for the database."""
    following = sync_to_async(partial(next, found, ""))
    while piece := await following():
        yield piece


def lines(rows: Iterable[list[str]]) -> str:
    """CSV text of `rows`."""
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def _cells(listed: list[Place]) -> Iterator[list[str]]:
    signals = signals_of([place.pk for place in listed])
    tally_of = tallies(signal.message_key for signal in signals)
    for signal in signals:
        yield cells(signal, tally_of[signal.message_key])


def cells(signal: Signal, tally: Tally) -> list[str]:
    """One line; text is kept from being run as a formula, an unknown value is empty."""
    position = position_of(signal)
    levels = (_number(level, signal.digits) for level in (signal.price, signal.sl, signal.tp))
    ended = position.closed_at if position else None
    return [
        str(signal.pk),
        *(_time(at) for at in (signal.bar_closed_at, signal.issued_at, signal.expires_at)),
        *map(escaped, (signal.symbol.code, signal.feed, signal.timeframe, signal.action)),
        _number(signal.confidence, 2),
        *levels,
        signal.status,
        escaped(status_look(signal).word),
        escaped(" ".join(signal.blocked_by)),
        _yes(signal.late),
        _time(ended),
        _number(position and position.exit_price, signal.digits),
        _number(position and position.pips, 1),
        _number(position and position.r_multiple, 2),
        _yes(bool(position and position.is_shadow)),
        *map(str, (tally.sent, tally.delivered, tally.read, tally.uncertain, tally.failed)),
        escaped(signal.strategy),
        signal.config_version.label,
    ]


def _time(at: datetime | None) -> str:
    return iso(at) if at else ""


def _number(value: object, places: int) -> str:
    return "" if value is None else f"{value:.{places}f}"


def _yes(value: bool) -> str:
    return "yes" if value else "no"
