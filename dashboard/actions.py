"""What staff stop and let go again from the pages: every push, or one channel. Each asks first."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from access.fragments import frame_for
from access.pages import path_in, staff_required
from dashboard.forms import PauseForm
from delivery.channel_states import resume_channel
from delivery.channels.registry import CHANNELS
from delivery.models import ChannelState, Delivery
from delivery.pauses import current_pause, pause, resume


def page_before(request: HttpRequest) -> str:
    """The page a dialog was opened on; the Overview when the form had a page of its own."""
    referer = request.headers.get("Referer", "")
    page = path_in(referer)
    is_own = referer.startswith("http") and url_has_allowed_host_and_scheme(
        referer, {request.get_host()}
    )
    is_other = is_own and url_has_allowed_host_and_scheme(page, None) and page != request.path
    return page if is_other else resolve_url("overview")


@require_http_methods(["GET", "POST"])
@staff_required
def pause_view(request: HttpRequest) -> HttpResponse:
    """Ask for a reason, then stop every push."""
    form = PauseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        pause(reason=reason, by=request.user.get_username(), now=timezone.now())
        messages.warning(request, f"Pushes are paused: {reason}")
        return redirect(page_before(request))
    context = {"form": form, "frame": frame_for(request)}
    return render(request, "dashboard/pause.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def resume_view(request: HttpRequest) -> HttpResponse:
    """Let pushes go out again; what was cancelled meanwhile stays cancelled."""
    if request.method == "POST":
        resume(by=request.user.get_username(), now=timezone.now())
        messages.success(request, "Pushes go out again, from the next signal on.")
        return redirect(page_before(request))
    context = {"pause": current_pause(), "frame": frame_for(request)}
    return render(request, "dashboard/resume.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def resume_channel_view(request: HttpRequest, slug: str) -> HttpResponse:
    """Show why a channel is paused, then let it post again."""
    if slug not in CHANNELS:
        raise Http404
    label = CHANNELS[slug].label
    if request.method == "POST":
        by, now = request.user.get_username(), timezone.now()
        if resume_channel(slug, by=by, now=now):
            messages.success(request, f"{label} sends again; what waited goes out within seconds.")
        else:
            messages.info(request, f"{label} was not paused any more.")
        return redirect("overview")
    state = ChannelState.objects.filter(channel=slug).exclude(paused_at=None).first()
    waiting = Delivery.objects.filter(state=Delivery.State.PENDING, recipient__channel=slug)
    context = {"slug": slug, "label": label, "state": state, "waiting": waiting.count()}
    return render(
        request, "dashboard/resume_channel.html", {**context, "frame": frame_for(request)}
    )
