"""What came of a plan: values only."""

from dataclasses import asdict, dataclass
from typing import Any

from backtests.trades import Trades


@dataclass(frozen=True, kw_only=True)
class SymbolBars:
    """What one symbol's bars were."""

    symbol: str
    bars: int  # decided on
    first: str | None  # open time of the first and the last of them, ISO 8601
    last: str | None
    open_at_end: int  # positions the last bar left running


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a plan came to."""

    trades: Trades  # of all symbols, oldest decision first
    guards: tuple[str, ...]  # slugs, in the order of the bits of `Trades.refused`
    left_out: tuple[str, ...]  # slugs of guards the bars could not answer for
    bars: tuple[SymbolBars, ...]
    code: str  # hash of what decided

    @property
    def bar_count(self) -> int:
        return sum(each.bars for each in self.bars)

    def bars_json(self) -> list[dict[str, Any]]:
        """`bars` as a row keeps them."""
        return [asdict(each) for each in self.bars]
