"""The peer of `tests.bench.latest`: the same two answers by FastAPI and SQLAlchemy.

Twice: as FastAPI's guide has it (mapped classes, a session that a dependency gives, a response
model), and under /bare as lean as it gets (columns, the answer a dict made by hand). Neither has
authentication, limits or a log.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy import JSON, DateTime, ForeignKey, Select, create_engine, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    contains_eager,
    mapped_column,
    relationship,
)


class Base(DeclarativeBase):
    type_annotation_map = {datetime: DateTime(timezone=True), list[dict[str, str]]: JSON}


class Run(Base):
    __tablename__ = "signals_run"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]


class Symbol(Base):
    __tablename__ = "markets_symbol"
    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str]


class Version(Base):
    __tablename__ = "strategies_configversion"
    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]


class Position(Base):
    __tablename__ = "signals_position"
    id: Mapped[int] = mapped_column(primary_key=True)
    signal_id: Mapped[int] = mapped_column(ForeignKey("signals_signal.id"))
    state: Mapped[str]
    reason: Mapped[str]
    closed_at: Mapped[datetime | None]
    exit_price: Mapped[float | None]
    pips: Mapped[float | None]
    r_multiple: Mapped[float | None]


class Signal(Base):
    __tablename__ = "signals_signal"
    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int]
    symbol_id: Mapped[int] = mapped_column(ForeignKey("markets_symbol.id"))
    config_version_id: Mapped[int] = mapped_column(ForeignKey("strategies_configversion.id"))
    timeframe: Mapped[str]
    action: Mapped[str]
    strategy: Mapped[str]
    status: Mapped[str]
    is_shadow: Mapped[bool]
    late: Mapped[bool]
    price: Mapped[float]
    sl: Mapped[float | None]
    tp: Mapped[float | None]
    confidence: Mapped[float | None]
    lots_hint: Mapped[float | None]
    digits: Mapped[int]
    bar_time: Mapped[datetime]
    bar_closed_at: Mapped[datetime]
    issued_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    refusals: Mapped[list[dict[str, str]]]
    symbol: Mapped[Symbol] = relationship()
    version: Mapped[Version] = relationship()
    position: Mapped[Position | None] = relationship()


class OutcomeOut(BaseModel):
    reason: str
    closed_at: str
    exit_price: float | None
    pips: float | None
    r_multiple: float | None


class SignalOut(BaseModel):
    symbol: str
    timeframe: str
    action: str
    price: float
    sl: float | None
    tp: float | None
    confidence: float | None
    strategy: str
    version: str
    expires_at: str
    issued_at: str
    id: int
    lots_hint: float | None
    status: str
    blocked_by: list[str]
    bar_time: str
    late: bool
    outcome: OutcomeOut | None


class RecentOut(BaseModel):
    signals: list[SignalOut]
    count: int


engine = create_engine(os.environ["PEER_DATABASE"], pool_size=8)
app = FastAPI()


def session() -> Iterator[Session]:
    with Session(engine) as opened:
        yield opened


Opened = Annotated[Session, Depends(session)]


@app.get("/api/signals/latest", response_model=SignalOut)
def latest(symbol: str, opened: Opened) -> dict[str, Any]:
    found = opened.execute(whole(current(symbol)).limit(1)).scalars().first()
    return found_or_404(found)


@app.get("/api/signals/recent", response_model=RecentOut)
def recent(opened: Opened, limit: int = 50) -> dict[str, Any]:
    found = opened.execute(whole(public(select(Signal))).limit(limit)).scalars().all()
    return {"signals": [answer(signal) for signal in found], "count": len(found)}


@app.get("/bare/api/signals/latest")
def bare_latest(symbol: str) -> JSONResponse:
    with Session(engine) as opened:
        row = opened.execute(current(symbol, *COLUMNS).limit(1)).first()
    return JSONResponse(found_or_404(row))


@app.get("/bare/api/signals/recent")
def bare_recent(limit: int = 50) -> JSONResponse:
    with Session(engine) as opened:
        rows = opened.execute(public(select(*COLUMNS)).limit(limit)).all()
    return JSONResponse({"signals": [answer(row) for row in rows], "count": len(rows)})


COLUMNS = (
    *(column for column in Signal.__table__.columns if not column.name.endswith("_id")),
    Symbol.code,
    Version.number,
    *(column for column in Position.__table__.columns if not column.name.endswith("id")),
)


def public(chosen: Select[Any]) -> Select[Any]:
    live = select(Run.id).where(Run.kind == "live").limit(1).scalar_subquery()
    joined = chosen.join_from(Signal, Symbol).join(Version).outerjoin(Position)
    shown = joined.where(Signal.run_id == live, ~Signal.is_shadow, Signal.status != "blocked")
    return shown.order_by(Signal.bar_closed_at.desc(), Signal.id.desc())


def current(symbol: str, *columns: Any) -> Select[Any]:
    found = public(select(*columns) if columns else select(Signal))
    return found.where(Symbol.code == symbol, Signal.expires_at > datetime.now(UTC))


def whole(chosen: Select[Any]) -> Select[Any]:
    """Signals with the rows beside them, in one query."""
    beside = (Signal.symbol, Signal.version, Signal.position)
    return chosen.options(*(contains_eager(each) for each in beside))


def found_or_404(found: Any) -> dict[str, Any]:
    if found is None:
        raise HTTPException(404, "No current signal")
    return answer(found)


def answer(found: Any) -> dict[str, Any]:
    """The answer about a mapped signal, or about a row of COLUMNS."""
    is_mapped = isinstance(found, Signal)
    return {
        "symbol": found.symbol.code if is_mapped else found.code,
        "timeframe": found.timeframe,
        "action": found.action,
        "price": rounded(found.price, found.digits),
        "sl": rounded(found.sl, found.digits),
        "tp": rounded(found.tp, found.digits),
        "confidence": found.confidence,
        "strategy": found.strategy,
        "version": f"v{found.version.number if is_mapped else found.number}",
        "expires_at": iso(found.expires_at),
        "issued_at": iso(found.issued_at),
        "id": found.id,
        "lots_hint": None if found.lots_hint is None else float(found.lots_hint),
        "status": found.status,
        "blocked_by": [refusal["guard"] for refusal in found.refusals],
        "bar_time": iso(found.bar_time),
        "late": found.late,
        "outcome": outcome(found.position if is_mapped else found, found.digits),
    }


def outcome(end: Any, digits: int) -> dict[str, Any] | None:
    if end is None or end.state != "closed":
        return None
    return {
        "reason": end.reason,
        "closed_at": iso(end.closed_at),
        "exit_price": rounded(end.exit_price, digits),
        "pips": end.pips,
        "r_multiple": end.r_multiple,
    }


def rounded(level: float | None, digits: int) -> float | None:
    return None if level is None else round(float(level), digits)


def iso(at: datetime) -> str:
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return at.isoformat().replace("+00:00", "Z")
