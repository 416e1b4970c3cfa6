"""The peer of `tests.bench.latest`: the same two answers by FastAPI and SQLAlchemy.

As small as such a service gets: no authentication, no limits, no log, rows as tuples, a sync
session out of a pool (which FastAPI's own guide shows), the answer built by hand.
"""

import os
from datetime import UTC, datetime
from typing import Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import JSONResponse
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    DateTime,
    Float,
    Integer,
    MetaData,
    Row,
    String,
    Table,
    create_engine,
    select,
)
from sqlalchemy.orm import Session

tables = MetaData()
run = Table("signals_run", tables, Column("id", Integer), Column("kind", String))
symbol = Table("markets_symbol", tables, Column("id", Integer), Column("code", String))
version = Table(
    "strategies_configversion", tables, Column("id", Integer), Column("number", Integer)
)
position = Table(
    "signals_position",
    tables,
    *(Column(name, Integer) for name in ("id", "signal_id")),
    *(Column(name, String) for name in ("state", "reason")),
    Column("closed_at", DateTime(timezone=True)),
    *(Column(name, Float) for name in ("exit_price", "pips", "r_multiple")),
)
signal = Table(
    "signals_signal",
    tables,
    *(Column(name, Integer) for name in ("id", "run_id", "symbol_id", "config_version_id")),
    *(Column(name, String) for name in ("timeframe", "action", "strategy", "status")),
    *(Column(name, Boolean) for name in ("is_shadow", "late")),
    *(Column(name, Float) for name in ("price", "sl", "tp", "confidence", "lots_hint")),
    Column("digits", Integer),
    *(
        Column(name, DateTime(timezone=True))
        for name in ("bar_time", "bar_closed_at", "issued_at", "expires_at")
    ),
    Column("refusals", JSON),
)
live = select(run.c.id).where(run.c.kind == "live").limit(1).scalar_subquery()
public = (
    select(signal, symbol.c.code, version.c.number, position)
    .join_from(signal, symbol, symbol.c.id == signal.c.symbol_id)
    .join(version, version.c.id == signal.c.config_version_id)
    .outerjoin(position, position.c.signal_id == signal.c.id)
    .where(signal.c.run_id == live, signal.c.is_shadow.is_(False), signal.c.status != "blocked")
    .order_by(signal.c.bar_closed_at.desc(), signal.c.id.desc())
)
engine = create_engine(os.environ["PEER_DATABASE"], pool_size=8)
app = FastAPI()


@app.get("/api/signals/latest")
def latest(symbol: str) -> JSONResponse:
    found = public.where(
        tables.tables["markets_symbol"].c.code == symbol,
        signal.c.expires_at > datetime.now(UTC),
    )
    with Session(engine) as session:
        row = session.execute(found.limit(1)).first()
    if row is None:
        raise HTTPException(404, "No current signal")
    return JSONResponse(answer(row))


@app.get("/api/signals/recent")
def recent(limit: int = 50) -> JSONResponse:
    with Session(engine) as session:
        rows = session.execute(public.limit(limit)).all()
    return JSONResponse({"signals": [answer(row) for row in rows], "count": len(rows)})


def answer(row: Row[Any]) -> dict[str, Any]:
    digits = row.digits
    return {
        "symbol": row.code,
        "timeframe": row.timeframe,
        "action": row.action,
        "price": rounded(row.price, digits),
        "sl": rounded(row.sl, digits),
        "tp": rounded(row.tp, digits),
        "confidence": row.confidence,
        "strategy": row.strategy,
        "version": f"v{row.number}",
        "expires_at": iso(row.expires_at),
        "issued_at": iso(row.issued_at),
        "id": row[0],
        "lots_hint": row.lots_hint,
        "status": row.status,
        "blocked_by": [refusal["guard"] for refusal in row.refusals],
        "bar_time": iso(row.bar_time),
        "late": row.late,
        "outcome": outcome(row, digits),
    }


def outcome(row: Row[Any], digits: int) -> dict[str, Any] | None:
    if row.state != "closed":
        return None
    return {
        "reason": row.reason,
        "closed_at": iso(row.closed_at),
        "exit_price": rounded(row.exit_price, digits),
        "pips": row.pips,
        "r_multiple": row.r_multiple,
    }


def rounded(level: float | None, digits: int) -> float | None:
    return None if level is None else round(float(level), digits)


def iso(at: datetime) -> str:
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat().replace("+00:00", "Z")
