from django.urls import path

from backtests.api.sweeps import CancelSweep, Sweeps, SweepView
from backtests.api.views import Backtests, BacktestTrades, BacktestView, CancelBacktest

ONE = "api/backtests/<int:backtest_id>"
SWEEP = "api/sweeps/<int:sweep_id>"

urlpatterns = [
    path("api/backtests", Backtests.as_view(), name="api-backtests"),
    path(ONE, BacktestView.as_view(), name="api-backtest"),
    path(f"{ONE}/cancel", CancelBacktest.as_view(), name="api-backtest-cancel"),
    path(f"{ONE}/trades", BacktestTrades.as_view(), name="api-backtest-trades"),
    path("api/sweeps", Sweeps.as_view(), name="api-sweeps"),
    path(SWEEP, SweepView.as_view(), name="api-sweep"),
    path(f"{SWEEP}/cancel", CancelSweep.as_view(), name="api-sweep-cancel"),
]
