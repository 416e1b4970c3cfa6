"""Months of a busy desk as rows: candles, signals with their ends, events, their seals.

Prices are the mock feed's own, so that the desk goes on ticking after the last of them; what
became of each signal is drawn by lot from a fixed seed.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random

from markets.batch import batch_of
from markets.feeds.mock import Mock
from markets.models import Symbol
from markets.rows import insert_candles, resolved_ask
from markets.validation import is_crossed
from risk.models import RiskVersion
from signals.models import Track
from strategies.models import ConfigVersion
from tests.bench.rows import Row, moment

MINUTE = timedelta(minutes=1)
LIFE = timedelta(hours=2)
LEFT = 3  # minutes before now, for the engine to decide about
ENDINGS = (  # reason, ending, share of the accepted, result in R
    ("sl", "sl", 40, -1.02),
    ("trailing_stop", "sl", 8, 0.4),
    ("tp", "tp", 32, 1.46),
    ("expired", "expired", 12, 0.1),
    ("flat", "rule", 5, 0.3),
    ("opposite", "rule", 2, -0.2),
    ("data_gap", "unknown", 1, None),
)
REFUSALS = (
    ("spread", "Stop is 2.1 times the spread, at least 3 are wanted"),
    ("volatility", "ATR is 0.052% of price, limit 0.040%"),
    ("kill_switch", "Pushes are paused: news"),
)


@dataclass(frozen=True)
class Past:
    """What every signal of one config has in common."""

    track: Track
    version: ConfigVersion
    risk: RiskVersion
    closes: dict[int, float]  # minute since 1970 -> close
    evidence: str  # JSON

    @property
    def symbol(self) -> Symbol:
        return self.version.config.symbol


@dataclass(frozen=True)
class Decided:
    """One signal and how it went, before it is rows."""

    pk: int
    past: Past
    closed_at: datetime
    action: str
    status: str
    end: tuple[str, str, int, float | None] | None
    refusal: tuple[str, str] | None
    confidence: float

    @property
    def close(self) -> float:
        return self.past.closes.get(int(self.closed_at.timestamp() // 60) - 1, 1.1)


def store_candles(symbol: Symbol, minutes: int, *, now: datetime) -> dict[int, float]:
    """Store the mock feed's last `minutes`; each minute's close."""
    length = minutes * MINUTE
    bars = Mock(backfill=length).closed_bars(symbol.for_feed(), after=now - length, now=now)
    batch = batch_of(bars, code=symbol.code)
    ask, source = resolved_ask(batch, is_crossed(batch), symbol.typical_spread)
    insert_candles(symbol, "mock", batch, ask, source, now=now)
    return dict(zip((batch.times // 60).tolist(), batch.bid[:, 3].tolist(), strict=True))


def decisions(pasts: list[Past], count: int, *, now: datetime) -> Iterator[Decided]:
    """`count` signals, oldest first; each config decides once a round, the newest is still open."""
    lot, rounds = Random(7), -(-count // len(pasts))
    newest = now.replace(second=0, microsecond=0)
    for number in range(count):
        turn, place = divmod(number, len(pasts))
        back = (rounds - 1 - turn) * 15 + (len(pasts) - place) % 15 + LEFT
        is_last = turn == rounds - 1
        yield _decided(number + 1, pasts[place], newest - back * MINUTE, lot, is_last=is_last)


def _decided(pk: int, past: Past, closed_at: datetime, lot: Random, *, is_last: bool) -> Decided:
    action = lot.choices(("BUY", "SELL", "FLAT"), (46, 46, 8))[0]
    is_blocked = action != "FLAT" and lot.random() < 0.3
    end = lot.choices(ENDINGS, [row[2] for row in ENDINGS])[0] if action != "FLAT" else None
    if is_last and not is_blocked:
        end = None
    status = "blocked" if is_blocked else "open" if is_last and action != "FLAT" else "closed"
    refusal = lot.choice(REFUSALS) if is_blocked else None
    confidence = round(0.5 + lot.random() / 2, 4)
    return Decided(pk, past, closed_at, action, status, end, refusal, confidence)


SIGNAL_COLUMNS = (
    "id run_id config_id config_version_id risk_version_id symbol_id strategy timeframe feed digits"
    " pip_size is_shadow action price sl tp confidence lots_hint bar_time bar_closed_at issued_at"
    " expires_at late status ending refusals ends_id receipt evidence"
)


def signal_row(made: Decided) -> Row:
    past, symbol = made.past, made.past.symbol
    side = {"BUY": -1, "SELL": 1}.get(made.action)
    refusals = [{"guard": made.refusal[0], "reason": made.refusal[1]}] if made.refusal else []
    return (
        *(made.pk, past.track.run_id, past.version.config_id, past.version.pk, past.risk.pk),
        *(symbol.pk, past.version.config.strategy, "M1", "mock", symbol.digits),
        *(str(symbol.pip_size), False, made.action, f"{made.close:.6f}"),
        *(side and f"{made.close + side * pips * symbol.pip:.6f}" for pips in (7.2, -10.8)),
        *(None if side is None else made.confidence, "0.10" if side else None),
        *(moment(made.closed_at - MINUTE), moment(made.closed_at)),
        *(moment(made.closed_at + timedelta(seconds=3)), moment(made.closed_at + LIFE)),
        *(made.pk % 50 == 0, made.status),
        made.end[1] if made.end and made.status == "closed" else "",
        *(json.dumps(refusals), None, "", past.evidence),
    )


POSITION_COLUMNS = (
    "signal_id track_id state is_shadow entry_at entry_price stop best_price worst_price repeats"
    " repeated_at reason closed_at exit_price is_gap is_tie pips r_multiple r_optimistic return_pct"
    " mfe_pips mae_pips decided_by"
)


def position_row(made: Decided) -> Row:
    close, pip = made.close, made.past.symbol.pip
    side = 1 if made.action == "BUY" else -1
    reason, r = (made.end[0], made.end[3]) if made.end else ("", None)
    pips = None if r is None else 7.2 * r
    ended = made.closed_at + timedelta(minutes=2 + made.pk % 12) if made.end else None
    return (
        *(made.pk, made.past.track.pk, "closed" if ended else "open", made.status == "blocked"),
        *(moment(made.closed_at), f"{close:.6f}", f"{close - side * 7.2 * pip:.6f}"),
        *(close, close, 0, None, reason, ended and moment(ended)),
        None if pips is None else f"{close + side * pips * pip:.6f}",
        *(False, False, pips, r, None, pips and pips / 10_000, 4.1, -3.2),
        json.dumps([_bar("entry", made.closed_at), _bar("exit", ended)] if ended else []),
    )


def _bar(what: str, at: datetime) -> dict[str, object]:
    return {"what": what, "time": moment(at), "bid": [1.1, 1.2, 1.0, 1.1], "ask": [1.1] * 4}


EVENT_COLUMNS = "id at kind actor subject text payload"
OTHER_KINDS = ("delivery.sent", "delivery.delivered", "login.ok", "config.changed", "feed.changed")


def event_row(made: Decided, *, after: int) -> Row:
    """Most events speak of a signal, some of what else a desk does; ids go on after `after`."""
    is_other = made.pk % 3 == 0
    word = "blocked" if made.refusal else "generated"
    kind = OTHER_KINDS[made.pk % len(OTHER_KINDS)] if is_other else f"signal.{word}"
    subject = f"recipient:{made.pk % 50 + 1}" if is_other else f"signal:{made.pk}"
    text = f"{made.past.symbol.code} {made.action} @ {made.close:.5f}"
    at = moment(made.closed_at + timedelta(seconds=3))
    return (after + made.pk, at, kind, "desk", subject, text, '{"late": false}')


SEAL_COLUMNS = "seq event_id prev_hash hash sealed_at"


def seal_row(made: Decided, *, after: int, logged: int) -> Row:
    """A place in the chain, `after` those there are, whose hash is made up."""
    at, number = moment(made.closed_at + timedelta(seconds=4)), after + made.pk
    return (number, logged + made.pk, _digest(number - 1), _digest(number), at)


def _digest(number: int) -> str:
    return sha256(str(number).encode()).hexdigest()
