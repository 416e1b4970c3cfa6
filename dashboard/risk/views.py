"""The Risk page, its live parts, and the report of the day's loss."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from access.fragments import fragment, frame_for
from access.pages import staff_required, viewer_required
from dashboard.risk.desk import DayLoss, Stop, day_loss, stops
from dashboard.risk.forms import LossForm
from dashboard.risk.guards import Guards, guards
from dashboard.risk.history import VersionLine, versions
from risk.versions import newest_version, report_daily_loss


@dataclass(frozen=True)
class Desk:
    """What stops everything: the kill switch, and the day's loss."""

    stops: tuple[Stop, ...]
    loss: DayLoss

    @property
    def pause(self) -> Stop | None:
        """The stop in force."""
        return next((stop for stop in self.stops if stop.ended_at is None), None)


@dataclass(frozen=True)
class History:
    stops: tuple[Stop, ...]
    versions: tuple[VersionLine, ...]


def desk(now: datetime) -> Desk:
    return Desk(stops(), day_loss(newest_version(), now=now))


def all_guards(now: datetime) -> Guards:
    return guards(newest_version(), now=now)


def history(now: datetime) -> History:
    return History(stops(), versions())


PARTS: dict[str, Callable[[datetime], Any]] = {
    "desk": desk,
    "guards": all_guards,
    "history": history,
}


@require_GET
@viewer_required
def risk_page(request: HttpRequest) -> HttpResponse:
    """What may stop an entry, and what it reads now."""
    now = timezone.now()
    parts = {name: read(now) for name, read in PARTS.items()}
    return render(request, "dashboard/risk/risk.html", parts)


@require_GET
@viewer_required
def risk_part(request: HttpRequest, name: str) -> HttpResponse:
    """One part, or 204 while the browser has this version of it."""
    if name not in PARTS:
        raise Http404
    return fragment(request, f"dashboard/risk/_{name}.html", **{name: PARTS[name](timezone.now())})


@require_http_methods(["GET", "POST"])
@staff_required
def loss_view(request: HttpRequest) -> HttpResponse:
    """Ask for the loss of the running trading day."""
    now = timezone.now()
    loss = day_loss(newest_version(), now=now)
    form = LossForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        amount = form.cleaned_data["amount"]
        report_daily_loss(amount, by=request.user.get_username(), now=now)
        messages.success(request, f"Loss of {loss.day:%d %B} set to {amount:g} {loss.unit}.")
        return redirect("risk")
    context = {"form": form, "loss": loss, "frame": frame_for(request)}
    return render(request, "dashboard/risk/loss.html", context)
