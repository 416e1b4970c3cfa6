"""A backtest to take along: its trades as CSV, everything as JSON."""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.files import CSV, file_response
from access.pages import viewer_required
from backtests.exporting import note_export
from backtests.pages.views import finished
from backtests.readings import told_of
from backtests.trade_files import csv_pieces, json_pieces


@require_GET
@viewer_required
def trades_csv(request: HttpRequest, backtest_id: int) -> HttpResponseBase:
    """Every trade, blocked ones among them, the first decided first."""
    run = finished(backtest_id)
    note_export(run, "CSV", by=request.user.get_username(), now=timezone.now())
    pieces = csv_pieces(told_of(run))
    return file_response(request, pieces, name=f"backtest-{run.pk}.csv", content_type=CSV)


@require_GET
@viewer_required
def trades_json(request: HttpRequest, backtest_id: int) -> HttpResponseBase:
    """What was asked, what it came to, and every trade."""
    run = finished(backtest_id)
    now = timezone.now()
    note_export(run, "JSON", by=request.user.get_username(), now=now)
    pieces = json_pieces(told_of(run), now=now)
    name, kind = f"backtest-{run.pk}.json", "application/json"
    return file_response(request, pieces, name=name, content_type=kind)
