"""The track record as files: every signal behind the figures, the first that ended first."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import numpy as np

from access.files import PIECE, lines, number_cell, time_cell, yes_cell
from access.times import iso
from delivery.csv_cells import escaped
from markets.feeds.registry import is_demo
from signals.contract import Json
from signals.models import Signal
from signals.track_record.as_json import groups_json, record_json, warnings
from signals.track_record.record import TrackRecord

BASES: dict[str, str] = {"live": "Signals found in time", "catch_up": "Signals found late"}
Cell = tuple[object, str]  # a value as JSON has it, and as it stands in a CSV file
COLUMNS = (
    *("id", "bar_closed_at", "issued_at", "entry_at", "closed_at"),
    *("symbol", "strategy", "version", "timeframe", "action", "confidence"),
    *("price", "sl", "tp", "entry_price", "exit_price", "reason"),
    *("pips", "r_multiple", "r_optimistic", "return_pct", "duration_seconds"),
    *("mae_pips", "mfe_pips", "tie", "gap", "demo", "receipt"),
)


def csv_pieces(record: TrackRecord) -> Iterator[str]:
    """The notice as lines that begin with `#`, the head, then PIECE signals at a time."""
    asked = record.asked
    of = f"Track record: {asked.range_text}. {BASES[asked.basis]}. Times are UTC."
    yield "".join(f"# {_uncut(text)}\r\n" for text in (of, record.notice, *warnings(record)))
    yield lines([list(COLUMNS)])
    for signals in _signals(record):
        yield lines([[text for _, text in cells(signal)] for signal in signals])


def json_pieces(record: TrackRecord, *, now: datetime) -> Iterator[str]:
    """One object: the notice and the figures, whole and by cut, then `signals`, line by line."""
    figures = record_json(record) | {
        "made_at": iso(now),
        "range": record.asked.range_text,
        "cuts": {by: groups_json(record, by) for by in record.cuts},
    }
    yield json.dumps(figures, indent=1).removesuffix("\n}") + ',\n "signals": [\n'
    comma = ""
    for signals in _signals(record):
        yield comma + ",\n".join(json.dumps(signal_json(signal)) for signal in signals)
        comma = ",\n"
    yield "\n]}\n"


def signal_json(signal: Signal) -> Json:
    return dict(zip(COLUMNS, (value for value, _ in cells(signal)), strict=True))


def cells(signal: Signal) -> list[Cell]:
    """One for each of COLUMNS; what is not known is null, or an empty cell."""
    position = signal.position
    length = position.duration
    prices = (signal.price, signal.sl, signal.tp, position.entry_price, position.exit_price)
    return [
        (signal.pk, str(signal.pk)),
        *map(_time, (signal.bar_closed_at, signal.issued_at)),
        *map(_time, (position.entry_at, position.closed_at)),
        *map(_text, (signal.symbol.code, signal.strategy, signal.config_version.label)),
        *map(_text, (signal.timeframe, signal.action)),
        _number(signal.confidence, 4),
        *(_number(price, signal.digits) for price in prices),
        _text(position.reason),
        _number(position.pips, 2),
        *(_number(r, 4) for r in (position.r_multiple, position.r_optimistic)),
        _number(position.return_pct, 5),
        _number(None if length is None else length.total_seconds(), 0),
        *(_number(pips, 2) for pips in (position.mae_pips, position.mfe_pips)),
        *map(_yes, (position.is_tie, position.is_gap, is_demo(signal.feed))),
        _text(signal.receipt),
    ]


def _signals(record: TrackRecord) -> Iterator[Sequence[Signal]]:
    """The signals that ended, PIECE at a time, with all a line needs."""
    ids = record.ended
    lean = Signal.objects.for_reading().defer("evidence", "config_version__snapshot")
    for start in range(0, len(ids), PIECE):
        piece = ids[start : start + PIECE].astype(np.int64).tolist()
        found = lean.in_bulk(piece)
        if signals := [found[pk] for pk in piece if pk in found]:
            yield signals


def _uncut(text: str) -> str:
    """`text` without commas, so that a spreadsheet leaves it in one cell."""
    return text.replace(",", ";")


def _time(at: datetime | None) -> Cell:
    return at and iso(at), time_cell(at)


def _text(text: str) -> Cell:
    return text or None, escaped(text)


def _number(value: Any, places: int) -> Cell:
    return None if value is None else round(float(value), places), number_cell(value, places)


def _yes(value: bool) -> Cell:
    return value, yes_cell(value)
