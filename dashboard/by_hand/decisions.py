"""Messages that may or may not have arrived: look at one, and say what became of it."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from access.fragments import frame_for
from access.pages import staff_required
from delivery.copies import copy_of
from delivery.hand_sends import HandSendRefused
from delivery.models import Delivery
from delivery.pauses import current_pause
from delivery.reports import evidence_for
from delivery.resolving import resolve_arrived, resolve_send_again, sharing_its_post

LISTED = 200  # newest first
RESOLVE = {"arrived": resolve_arrived, "send_again": resolve_send_again}
TOLD = {
    "arrived": "{what}: counted as sent.",
    "send_again": "{what}: on its way again.",
}


@require_GET
@staff_required
def undecided_page(request: HttpRequest) -> HttpResponse:
    """Every message that waits for a decision."""
    uncertain = Delivery.objects.for_sending().filter(state=Delivery.State.UNCERTAIN)
    rows = uncertain.order_by("-pk")[: LISTED + 1]
    return render(request, "dashboard/undecided.html", {"rows": rows[:LISTED], "most": LISTED})


@require_http_methods(["GET", "POST"])
@staff_required
def resolve_view(request: HttpRequest, delivery_id: int) -> HttpResponse:
    """One uncertain message with what is known of it, and the two ways to settle it."""
    rows = Delivery.objects.for_sending().select_related("post")
    delivery = get_object_or_404(rows, pk=delivery_id)
    if request.method == "POST":
        resolve_and_tell(request, delivery, now=timezone.now())
        return redirect("message", delivery.message_id)
    context = {
        "frame": frame_for(request),
        "delivery": delivery,
        "copy": copy_of(delivery),
        "attempts": delivery.attempts.order_by("pk"),
        "together": sharing_its_post(delivery),
        "evidence": evidence_for(delivery),
        "pause": current_pause(),
    }
    return render(request, "dashboard/resolve.html", context)


def resolve_and_tell(request: HttpRequest, delivery: Delivery, *, now: datetime) -> None:
    """Settle it as the pressed button says, and say so on the next page."""
    outcome = request.POST.get("outcome", "")
    if outcome not in RESOLVE:
        messages.error(request, "Nothing was decided: press one of the two buttons.")
        return
    try:
        settled = RESOLVE[outcome](delivery, by=request.user.get_username(), now=now)
    except HandSendRefused as refusal:
        messages.error(request, str(refusal))
    else:
        what = settled[0].message.title if len(settled) == 1 else f"{len(settled)} messages"
        messages.success(request, TOLD[outcome].format(what=what))
