"""Backtests and sweeps as rows: what was asked, how far it is, what came out."""

from backtests.models.backtest import Backtest, BacktestResult
from backtests.models.states import State
from backtests.models.sweep import Sweep

__all__ = ["Backtest", "BacktestResult", "State", "Sweep"]
