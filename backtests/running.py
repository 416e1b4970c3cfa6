"""Doing what a plan asks: candles in, trades out. Reads candles, writes nothing."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from datetime import timedelta
from functools import partial

import numpy as np
import pandas as pd

from backtests.engine import Tested
from backtests.found import Found, SymbolBars
from backtests.plan import Plan
from backtests.shared import Room, SharedBars, bytes_of
from backtests.trades import Trades
from markets.columns import stored_bars
from markets.models import Symbol, calendar_of
from risk.deciding_code import running_code
from risk.models import build_guards
from risk.states import Terms
from strategies.base import Strategy
from strategies.parameters import build
from strategies.registry import STRATEGIES
from strategies.remembered import Kept

KEPT = 256 * 2**20  # bytes of bars a reader keeps at hand: nine symbols' years of minutes
WARMUP_STEP = 5_000  # bars: warm-ups are read in steps, so that trials share what was read


class Gone(LookupError):
    """What a plan names was deleted since it was asked for; the text says what to do."""


@dataclass
class Reader:
    """Reads bars, and keeps the last ones: trials of one sweep ask for the same again.

    By bytes, for a worker may be asked for years of many symbols: a run holds little more than
    its largest symbol, and what is kept here and in `room`.
    """

    kept: Kept[SharedBars] = field(default_factory=lambda: Kept(KEPT, weigh=_weight))
    room: Room = field(default_factory=Room)

    def bars(self, symbol: Symbol, plan: Plan, *, warmup: int) -> SharedBars:
        """The bars of the plan's period, closed ones only, and at least `warmup` before it.

        Fewer where the store holds no more.
        """
        before = -(-warmup // WARMUP_STEP) * WARMUP_STEP
        asked = (symbol.pk, plan.feed, plan.timeframe, plan.start, plan.end, before)
        return self.kept.get(asked, partial(self._read, symbol, plan, before))

    def _read(self, symbol: Symbol, plan: Plan, before: int) -> SharedBars:
        bars = stored_bars(
            symbol,
            feed=plan.feed,
            timeframe=plan.timeframe,
            first=plan.start,
            last=plan.end - timedelta(seconds=1),
            before=before,
        )
        return SharedBars(bars, plan.start, self.room)


def _weight(shared: SharedBars) -> int:
    return bytes_of(shared.bars)


def test(
    plan: Plan,
    *,
    on_bars: Callable[[int], None] = lambda done: None,
    reader: Reader | None = None,
) -> Found:
    """The trades of `plan` on the stored candles.

    `on_bars` hears how many bars are done, all symbols together; what it raises ends the test.
    Raises Gone where a symbol or the strategy is there no more.
    """
    reader = reader or Reader()
    symbols = _still_there(plan)
    tested: list[Tested] = []
    bars: list[SymbolBars] = []
    for place, code in enumerate(plan.symbols):
        heard = partial(_add, on_bars, sum(each.bars for each in tested))
        heard(0)
        one, told = _one(plan, symbols[code], place, reader, heard)
        tested.append(one)
        bars.append(told)
    return Found(
        trades=merged([each.trades for each in tested]),
        guards=tested[0].guards,
        left_out=tested[0].left_out,
        bars=tuple(bars),
        code=running_code(plan.strategy),
    )


def _still_there(plan: Plan) -> dict[str, Symbol]:
    """The symbols of `plan` by code."""
    if plan.strategy not in STRATEGIES:
        known = ", ".join(STRATEGIES)
        raise Gone(f"There is no strategy {plan.strategy} any more. Known: {known}.")
    symbols = {symbol.code: symbol for symbol in Symbol.objects.filter(code__in=plan.symbols)}
    if gone := [code for code in plan.symbols if code not in symbols]:
        raise Gone(f"{', '.join(gone)} was deleted since: add it again, or test without it.")
    return symbols


def _add(on_bars: Callable[[int], None], before: int, done: int) -> None:
    on_bars(before + done)


def _one(
    plan: Plan, symbol: Symbol, place: int, reader: Reader, on_bars: Callable[[int], None]
) -> tuple[Tested, SymbolBars]:
    strategy = build(STRATEGIES[plan.strategy], plan.parameters)
    shared = reader.bars(symbol, plan, warmup=strategy.warmup)
    tested = shared.backtest(
        strategy=strategy,
        terms=terms_of(plan, symbol, strategy),
        guards=[] if plan.guards is None else build_guards(plan.guards),
        costs=plan.costs,
        symbol=place,
        on_bars=on_bars,
    )
    return tested, _told(symbol.code, tested, shared.bars)


def terms_of(plan: Plan, symbol: Symbol, strategy: Strategy) -> Terms:
    """What the fold needs of a plan, its symbol and the calendar of its feed."""
    return Terms(
        symbol=symbol.code,
        pip=symbol.pip,
        digits=symbol.digits,
        bar_length=plan.timeframe.delta,
        rule=plan.rule,
        expiry_minutes=plan.expiry_bars * plan.timeframe.minutes,
        calendar=calendar_of(plan.feed),
        min_confidence=plan.min_confidence,
        trails=strategy.trails,
    )


def merged(parts: list[Trades]) -> Trades:
    """All trades of `parts`, oldest decision first."""
    columns = {
        each.name: np.concatenate([getattr(part, each.name) for part in parts])
        for each in fields(Trades)
    }
    order = np.argsort(columns["decided_at"], kind="stable")
    return Trades.of({name: values[order] for name, values in columns.items()})


def _told(code: str, tested: Tested, bars: pd.DataFrame) -> SymbolBars:
    decided = bars.index[len(bars) - tested.bars :]
    return SymbolBars(
        symbol=code,
        bars=tested.bars,
        first=decided[0].isoformat() if len(decided) else None,
        last=decided[-1].isoformat() if len(decided) else None,
        open_at_end=tested.open_at_end,
    )
