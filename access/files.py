"""Files that are read and sent a piece at a time, never whole in memory, and what is in a cell."""

import csv
from collections.abc import AsyncIterator, Iterable, Iterator
from datetime import datetime
from functools import partial
from io import StringIO

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse

from access.times import iso

CSV = "text/csv; charset=utf-8"
PIECE = 500  # rows read at once


def file_response(
    request: HttpRequest, pieces: Iterator[str], *, name: str, content_type: str
) -> StreamingHttpResponse:
    """The file `name` of `pieces`, none of which is empty, on either kind of server."""
    stream = alongside(pieces) if isinstance(request, ASGIRequest) else pieces
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(stream, content_type=content_type, headers=headers)


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


def time_cell(at: datetime | None) -> str:
    """ISO-8601 in UTC; "" for none."""
    return iso(at) if at else ""


def number_cell(value: object, places: int) -> str:
    """With so many decimals; "" for what is not known."""
    return "" if value is None else f"{value:.{places}f}"


def yes_cell(value: bool) -> str:
    return "yes" if value else "no"
