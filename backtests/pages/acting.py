"""What staff do with a run: cancel it, run it again, delete it; each after a question."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from access.fragments import frame_for
from access.pages import staff_required
from backtests.deleting import Refused, delete_backtest
from backtests.limits import QueueFull
from backtests.models import Backtest
from backtests.runs import again, cancel


@require_http_methods(["GET", "POST"])
@staff_required
def cancel_view(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """Ask, then end a run that waits or runs."""
    run = get_object_or_404(Backtest, pk=backtest_id)
    if request.method == "POST":
        if cancel(run, by=request.user.get_username(), now=timezone.now()):
            messages.success(request, f"{run} is cancelled.")
        else:
            messages.info(request, f"Nothing was done: {run} had ended already.")
        return redirect("backtest", run.pk)
    return render(request, "backtests/cancel.html", {"run": run, "frame": frame_for(request)})


@require_POST
@staff_required
def again_view(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """The same once more, as a run of its own."""
    run = get_object_or_404(Backtest, pk=backtest_id)
    try:
        made = again(run, by=request.user.get_username(), now=timezone.now())
    except QueueFull as full:
        messages.error(request, f"Nothing was done. {full}")
        return redirect("backtest", run.pk)
    return redirect("backtest", made.pk)


@require_http_methods(["GET", "POST"])
@staff_required
def delete_view(request: HttpRequest, backtest_id: int) -> HttpResponse:
    """Ask, then delete a run and what it found."""
    run = get_object_or_404(Backtest, pk=backtest_id)
    if request.method == "POST":
        try:
            delete_backtest(run, by=request.user.get_username(), now=timezone.now())
        except Refused as error:
            messages.error(request, f"Nothing was done. {error}")
            return redirect("backtest", run.pk)
        messages.success(request, f"Backtest {backtest_id} is deleted.")
        return redirect("backtests")
    return render(request, "backtests/delete.html", {"run": run, "frame": frame_for(request)})
