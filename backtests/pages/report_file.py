"""The report: one file with everything in it, that opens without a desk and prints on A4."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_GET

from access.pages import viewer_required
from backtests.exporting import note_export
from backtests.models import Backtest
from backtests.pages.result import (
    equities,
    glance,
    guards,
    is_live_code,
    table,
)
from backtests.pages.views import finished, heading
from backtests.readings import digits_of, reading_of
from backtests.report.asked import asked_lines
from backtests.report.listed import listed, places
from backtests.report.notice import HYPOTHETICAL
from backtests.report.reading import Reading

TRADES = 200  # listed; the CSV has all


@require_GET
@viewer_required
def report_file(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """The report of a finished run, to keep."""
    run = finished(backtest_id)
    note_export(run, "a report", by=request.user.get_username(), now=timezone.now())
    answer = HttpResponse(report_html(run, reading_of(run)))
    answer["Content-Disposition"] = f'attachment; filename="backtest-{run.pk}.html"'
    return answer


def report_html(run: Backtest, reading: Reading) -> str:
    """The whole file: its styles and drawings are in it, nothing is loaded."""
    found = places(reading.trades, kind="taken")
    digits, guards_asked = digits_of(reading.plan.symbols), reading.guards
    shown = {
        "run": run,
        **heading(run),
        "made_at": timezone.now(),
        "glance": glance(reading),
        "warnings": reading.warnings,
        "asked": asked_lines(reading.plan),
        "is_live_code": is_live_code(run),
        "equity": equities(reading, "r"),
        "money": equities(reading, "money"),
        "tables": [table(reading, cut) for cut in reading.cuts],
        "histogram": reading.histogram,
        "guards": guards(reading),
        "notice": HYPOTHETICAL,
        "trades": listed(
            reading.trades, found[:TRADES], reading.plan, guards=guards_asked, digits=digits
        ),
        "total": len(found),
    }
    return render_to_string("backtests/report.html", shown)
