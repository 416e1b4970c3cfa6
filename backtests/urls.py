from django.urls import include, path

from backtests.pages import acting, asking, comparing, files, report_file, views

RUN = "backtests/<int:backtest_id>/"

urlpatterns = [
    path("backtests/", views.backtests_page, name="backtests"),
    path("backtests/list/", views.backtests_part, name="backtests-list"),
    path("backtests/new/", asking.new_view, name="backtest-new"),
    path("backtests/sweeps/", include("backtests.sweeps.urls")),
    path("backtests/compare/", comparing.compare_page, name="backtests-compare"),
    path(RUN, views.backtest_page, name="backtest"),
    path(f"{RUN}progress/", views.progress_part, name="backtest-progress"),
    path(f"{RUN}equity/", views.equity_part, name="backtest-equity"),
    path(f"{RUN}candles/<int:place>/", views.candles_part, name="backtest-candles"),
    path(f"{RUN}trades.csv", files.trades_csv, name="backtest-csv"),
    path(f"{RUN}trades.json", files.trades_json, name="backtest-json"),
    path(f"{RUN}report.html", report_file.report_file, name="backtest-report"),
    path(f"{RUN}cancel/", acting.cancel_view, name="backtest-cancel"),
    path(f"{RUN}again/", acting.again_view, name="backtest-again"),
    path(f"{RUN}delete/", acting.delete_view, name="backtest-delete"),
]
