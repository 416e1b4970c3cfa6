"""What staff do from the pages: pause, resume, push a signal again. Each asks first."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access.pages import staff_required
from dashboard.forms import PauseForm
from dashboard.push import push, push_refusal
from delivery.hand_sends import HandSendRefused
from delivery.pauses import current_pause, pause, resume
from signals.messages import signal_text, those_to_tell
from signals.models import Signal


def frame_for(request: HttpRequest) -> str:
    """A page around the form, or none when htmx asks for it as a dialog."""
    return "dashboard/dialog.html" if "HX-Request" in request.headers else "dashboard/form.html"


@require_http_methods(["GET", "POST"])
@staff_required
def pause_view(request: HttpRequest) -> HttpResponse:
    """Ask for a reason, then stop every push."""
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        pause(reason=reason, by=request.user.get_username(), now=timezone.now())
        messages.warning(request, f"Pushes are paused: {reason}")
        return redirect("overview")
    context = {"form": form, "frame": frame_for(request)}
    return render(request, "dashboard/pause.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def resume_view(request: HttpRequest) -> HttpResponse:
    """Let pushes go out again; what was cancelled meanwhile stays cancelled."""
    if request.method == "POST":
        resume(by=request.user.get_username(), now=timezone.now())
        messages.success(request, "Pushes go out again, from the next signal on.")
        return redirect("overview")
    context = {"pause": current_pause(), "frame": frame_for(request)}
    return render(request, "dashboard/resume.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def push_view(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Show what would be sent to whom, then send a signal because a person asks."""
    signal = get_object_or_404(Signal.objects.public().for_reading(), pk=signal_id)
    now = timezone.now()
    if request.method == "POST":
        push_and_tell(request, signal, now=now)
        return redirect("overview")
    context = {
        "frame": frame_for(request),
        "signal": signal,
        "text": signal_text(signal),
        "pause": current_pause(),
        "refusal": push_refusal(signal, now=now),
        "recipients": those_to_tell(signal),
    }
    return render(request, "dashboard/push.html", context)


def push_and_tell(request: HttpRequest, signal: Signal, *, now: datetime) -> None:
    """Push, and say what came of it on the next page."""
    try:
        message = push(signal, by=request.user.get_username(), now=now)
    except HandSendRefused as refusal:
        messages.error(request, str(refusal))
    else:
        names = ", ".join(message.deliveries.values_list("recipient__name", flat=True))
        what = f"{signal.symbol.code} {signal.action}"
        messages.success(request, f"{what} is on its way to {names}.")
