"""A finished backtest as a file, a piece at a time: the same from page, API and command."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from access.files import PIECE, lines, number_cell, time_cell, yes_cell
from access.times import iso
from backtests.report.asked import asked_lines
from backtests.report.listed import Trade, listed, places
from backtests.report.notice import HYPOTHETICAL
from backtests.report.reading import Reading
from backtests.results import summary
from delivery.csv_cells import escaped

COLUMNS = (
    *("number", "symbol", "action", "decided_at", "entered_at", "closed_at", "confidence"),
    *("price", "sl", "tp", "entry_price", "exit_price", "reason", "gap", "refused_by"),
    *("pips", "r_multiple", "r_optimistic", "return_pct", "cost_r", "mfe_pips", "mae_pips"),
)
"""`decided_at` is the open of the bar whose close decided; results are after costs."""
GROUPED = re.compile(r"(?<=\d),(?=\d{3})")  # the comma of 10,000
Cell = tuple[object, str]  # a value as JSON has it, and as it stands in a CSV file


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a file tells of; `number` None: it was computed in a shell and not kept."""

    number: int | None
    code: str
    reading: Reading
    digits: Mapping[str, int]  # of prices, by symbol


def csv_pieces(told: Told) -> Iterator[str]:
    """What was asked as lines that begin with `#`, the head, then PIECE trades at a time."""
    reading = told.reading
    name = "Backtest" if told.number is None else f"Backtest {told.number}"
    asked = "; ".join(f"{line.name}: {line.value}" for line in asked_lines(reading.plan))
    doubts = (warned.text for warned in reading.warnings)
    head = (f"{name}. {asked}. Times are UTC.", HYPOTHETICAL, *doubts)
    yield "".join(f"# {_uncut(text)}\r\n" for text in head)
    yield lines([list(COLUMNS)])
    for trades in _trades(told):
        yield lines([[text for _, text in cells(trade)] for trade in trades])


def json_pieces(told: Told, *, now: datetime) -> Iterator[str]:
    """One object: question, figures and doubts, then `trades`, line by line."""
    yield json.dumps(_about(told, now), indent=1, default=_plain).removesuffix("\n}")
    yield ',\n "trades": [\n'
    comma = ""
    for trades in _trades(told):
        yield comma + ",\n".join(json.dumps(trade_json(trade)) for trade in trades)
        comma = ",\n"
    yield "\n]}\n"


def _about(told: Told, now: datetime) -> dict[str, Any]:
    reading = told.reading
    return {
        "id": told.number,
        "made_at": iso(now),
        "notice": HYPOTHETICAL,
        "demo": reading.is_demo,
        "plan": reading.plan.as_json(),
        "code": told.code,
        "trials": reading.trials or None,
        "guards": list(reading.guards),
        "guards_left_out": list(reading.left_out),
        "bars": list(reading.bars),
        "warnings": [asdict(warned) for warned in reading.warnings],
        "figures": asdict(reading.figures) | summary(reading.trades, reading.plan),
    }


def trade_json(trade: Trade) -> dict[str, object]:
    return dict(zip(COLUMNS, (value for value, _ in cells(trade)), strict=True))


def cells(trade: Trade) -> list[Cell]:
    """One for each of COLUMNS; what is not known is null, or an empty cell."""
    digits = trade.digits
    prices = (trade.price, trade.sl, trade.tp, trade.entry_price, trade.exit_price)
    return [
        (trade.place, str(trade.place)),
        *map(_text, (trade.symbol, trade.action)),
        *map(_time, (trade.decided_at, trade.entered_at, trade.closed_at)),
        _number(trade.confidence, 4),
        *(_number(price, digits) for price in prices),
        _text(trade.reason),
        (trade.is_gap, yes_cell(trade.is_gap)),
        (list(trade.refused_by), escaped(" ".join(trade.refused_by))),
        _number(trade.pips, 2),
        *(_number(r, 4) for r in (trade.r, trade.r_optimistic)),
        _number(trade.return_pct, 5),
        _number(trade.cost_r, 4),
        *(_number(pips, 2) for pips in (trade.mfe_pips, trade.mae_pips)),
    ]


def _trades(told: Told) -> Iterator[tuple[Trade, ...]]:
    reading = told.reading
    found = places(reading.trades)
    for start in range(0, len(found), PIECE):
        piece = found[start : start + PIECE]
        yield listed(reading.trades, piece, reading.plan, guards=reading.guards, digits=told.digits)


def _uncut(text: str) -> str:
    """`text` without commas, so that a spreadsheet leaves it in one cell: 10,000 is 10000."""
    return GROUPED.sub("", text).replace(",", ";")


def _time(at: datetime) -> Cell:
    return iso(at), time_cell(at)


def _text(text: str) -> Cell:
    return text or None, escaped(text)


def _number(value: float | None, places: int) -> Cell:
    return None if value is None else round(value, places), number_cell(value, places)


def _plain(value: object) -> object:
    """Times and spans as JSON has them."""
    if isinstance(value, datetime):
        return iso(value)
    return value.total_seconds() if hasattr(value, "total_seconds") else str(value)
