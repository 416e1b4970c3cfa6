"""Recovery codes for a lost phone: shown when they are made, and never again."""

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from access.factors.confirming import confirmation_required
from access.factors.reading import factors_of
from access.factors.store import make_codes, unused_codes
from access.pages import viewer_required

CODES_UNTIL = "codes_until"  # session: how long new recovery codes may be looked at
CODES_SHOWN = 600  # seconds


@never_cache
@require_http_methods(["GET", "POST"])
@viewer_required
@confirmation_required
def recovery_codes_view(request: HttpRequest) -> HttpResponse:
    """New recovery codes for a moment; later only how many are left, and new ones when asked."""
    user = _user(request)
    factors = factors_of(user)
    if not factors:
        return redirect("profile")
    if request.method == "POST":
        make_codes(user, now=timezone.now())
        return show_codes(request)
    codes = unused_codes(user) if _are_shown(request) else []
    return render(request, "access/recovery_codes.html", {"codes": codes, "factors": factors})


@never_cache
@require_safe
@viewer_required
@confirmation_required
def recovery_codes_file(request: HttpRequest) -> HttpResponse:
    """The new recovery codes as a text file, for as long as the page shows them."""
    if not _are_shown(request):
        return redirect("recovery-codes")
    user = _user(request)
    title = f"Recovery codes of {user.get_username()}, {request.get_host()}"
    text = "\n".join([title, *unused_codes(user), ""])
    disposition = {"Content-Disposition": 'attachment; filename="recovery-codes.txt"'}
    return HttpResponse(text, content_type="text/plain; charset=utf-8", headers=disposition)


def show_codes(request: HttpRequest) -> HttpResponse:
    """To the page that shows the codes just made, which this session may see for a while."""
    request.session[CODES_UNTIL] = timezone.now().timestamp() + CODES_SHOWN
    return redirect("recovery-codes")


def _are_shown(request: HttpRequest) -> bool:
    return bool(timezone.now().timestamp() < request.session.get(CODES_UNTIL, 0.0))


def _user(request: HttpRequest) -> User:
    """Who looks; `viewer_required` let nobody else in."""
    return cast(User, request.user)
