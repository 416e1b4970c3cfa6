"""What staff send from the pages: a signal once more, a test; then what came of it."""

from datetime import datetime

from django.contrib import messages
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from access.fragments import fragment, frame_for
from access.pages import staff_required
from dashboard.by_hand.outcomes import message_outcome
from dashboard.by_hand.push import is_over, over_text, push, push_refusal
from dashboard.forms import PushForm, TestForm
from delivery.hand_sends import HandSendRefused, send_test_message, test_text
from delivery.models import Delivery, Message
from delivery.pauses import current_pause
from delivery.tallies import tallies
from signals.messages import message_text, those_to_tell
from signals.models import Signal


@require_GET
@staff_required
def push_last_view(request: HttpRequest) -> HttpResponse:
    """The push page of the newest signal that was sent, whatever its symbol."""
    newest = newest_sent()
    if newest is None:
        return render(request, "dashboard/push_none.html", {"frame": frame_for(request)})
    return push_page(request, newest.pk)


def newest_sent() -> Signal | None:
    """Those found too late were not sent, unless by hand; nor was a FLAT that goes to nobody."""
    key = Concat(Value("signal:"), Cast(OuterRef("pk"), CharField()))
    was_queued = Exists(Message.objects.filter(key=key))
    has_copies = Exists(Delivery.objects.filter(message__key=key))
    sent = Signal.objects.public().filter(Q(late=False) | was_queued)
    sent = sent.filter(~Q(action=Signal.Action.FLAT) | has_copies)
    return sent.order_by("-bar_closed_at", "-pk").first()


@require_http_methods(["GET", "POST"])
@staff_required
def push_view(request: HttpRequest, signal_id: int) -> HttpResponse:
    """Show what would be sent to whom, then send a signal because a person asks."""
    return push_page(request, signal_id)


def push_page(request: HttpRequest, signal_id: int) -> HttpResponse:
    signal = get_object_or_404(Signal.objects.public().for_reading(), pk=signal_id)
    now = timezone.now()
    asked = request.POST if request.method == "POST" else None
    form = PushForm(asked, is_over=is_over(signal, now=now))
    if form.is_valid():
        sent = push_and_tell(request, signal, is_confirmed=form.is_confirmed, now=now)
        return redirect("message", sent.pk) if sent else redirect("overview")
    was_queued = Message.objects.filter(key=signal.message_key).exists()
    context = {
        "frame": frame_for(request),
        "form": form,
        "signal": signal,
        "text": message_text(signal),
        "pause": current_pause(),
        "refusal": "" if was_queued else push_refusal(signal, now=now),
        "over": over_text(signal) if is_over(signal, now=now) else "",
        "was_queued": was_queued,
        "tally": tallies([signal.message_key])[signal.message_key],
        "recipients": [who for who in those_to_tell(signal) if who.is_reachable],
    }
    return render(request, "dashboard/push.html", context)


def push_and_tell(
    request: HttpRequest, signal: Signal, *, is_confirmed: bool, now: datetime
) -> Message | None:
    """Push, and say on the next page that it is on its way, or why not."""
    by = request.user.get_username()
    try:
        message = push(signal, by=by, now=now, is_confirmed=is_confirmed)
    except HandSendRefused as refusal:
        messages.error(request, str(refusal))
        return None
    _tell(request, message)
    return message


@require_http_methods(["GET", "POST"])
@staff_required
def test_message_view(request: HttpRequest) -> HttpResponse:
    """Choose who gets a test, then send it."""
    form = TestForm(request.POST if request.method == "POST" else None)
    now = timezone.now()
    if form.is_valid():
        by, chosen = request.user.get_username(), form.cleaned_data["recipient"]
        try:
            message = send_test_message(chosen, by=by, now=now)
        except HandSendRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("overview")
        _tell(request, message)
        return redirect("message", message.pk)
    context = {"frame": frame_for(request), "form": form, "text": test_text(now)}
    return render(request, "dashboard/test_message.html", context)


@require_GET
@staff_required
def message_page(request: HttpRequest, message_id: int) -> HttpResponse:
    """What came of a message, recipient by recipient."""
    message = get_object_or_404(Message, pk=message_id)
    return render(request, "dashboard/message.html", {"message": message_outcome(message)})


@require_GET
@staff_required
def message_part(request: HttpRequest, message_id: int) -> HttpResponse:
    """The same, live: 204 while nothing has changed."""
    outcome = message_outcome(get_object_or_404(Message, pk=message_id))
    return fragment(request, "dashboard/_message_outcome.html", message=outcome)


def _tell(request: HttpRequest, message: Message) -> None:
    copies = message.deliveries.order_by("pk")
    names = list(copies.values_list("recipient__name", flat=True)[:6])
    more = copies.count() - len(names)
    listed = ", ".join(names) + (f" and {more} more" if more else "")
    messages.success(request, f"{message.title} is on its way to {listed}.")
