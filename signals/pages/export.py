"""The signals list as a CSV file: all pages, read and sent a piece at a time."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest, StreamingHttpResponse

from access.files import CSV, PIECE, file_response, lines, number_cell, time_cell, yes_cell
from delivery.csv_cells import escaped
from delivery.tallies import Tally, tallies
from signals.models import Signal
from signals.pages.filters import Asked
from signals.pages.places import Place, places
from signals.pages.rows import signals_of
from signals.pages.status import status_look
from signals.wording import position_of

COLUMNS = [
    *("id", "bar_closed_at_utc", "issued_at_utc", "expires_at_utc"),
    *("symbol", "feed", "timeframe", "action", "confidence", "price", "sl", "tp"),
    *("status", "status_words", "blocked_by", "late", "ended_at_utc", "exit_price"),
    *("pips", "r_multiple", "r_optimistic", "result_is_shadow"),
    *("sent", "delivered", "read", "uncertain", "failed", "strategy", "version"),
]


def csv_response(request: HttpRequest, asked: Asked, *, today: date) -> StreamingHttpResponse:
    """The file as an answer that is never whole in memory, on either kind of server."""
    name = f"signals-{today:%Y-%m-%d}.csv"
    return file_response(request, pieces(asked), name=name, content_type=CSV)


def pieces(asked: Asked) -> Iterator[str]:
    """The head, then PIECE lines at a time, newest first; rows that come meanwhile stay out."""
    yield lines([COLUMNS])
    found = asked.signals().filter(asked.tab.holds)
    listed = places(found, limit=PIECE)
    while listed:
        yield lines(_cells(listed))
        listed = places(found.filter(listed[-1].older), limit=PIECE)


def _cells(listed: list[Place]) -> Iterator[list[str]]:
    signals = signals_of([place.pk for place in listed])
    tally_of = tallies(signal.message_key for signal in signals)
    for signal in signals:
        yield cells(signal, tally_of[signal.message_key])


def cells(signal: Signal, tally: Tally) -> list[str]:
    """One line; text is kept from being run as a formula, an unknown value is empty."""
    position = position_of(signal)
    levels = (number_cell(level, signal.digits) for level in (signal.price, signal.sl, signal.tp))
    ended = position.closed_at if position else None
    return [
        str(signal.pk),
        *(time_cell(at) for at in (signal.bar_closed_at, signal.issued_at, signal.expires_at)),
        *map(escaped, (signal.symbol.code, signal.feed, signal.timeframe, signal.action)),
        number_cell(signal.confidence, 2),
        *levels,
        signal.status,
        escaped(status_look(signal).word),
        escaped(" ".join(signal.blocked_by)),
        yes_cell(signal.late),
        time_cell(ended),
        number_cell(position and position.exit_price, signal.digits),
        number_cell(position and position.pips, 1),
        number_cell(position and position.r_multiple, 2),
        number_cell(position and position.r_optimistic, 2),
        yes_cell(bool(position and position.is_shadow)),
        *map(str, (tally.sent, tally.delivered, tally.read, tally.uncertain, tally.failed)),
        escaped(signal.strategy),
        signal.config_version.label,
    ]
