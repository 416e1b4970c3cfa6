"""The theme switch of every page's frame."""

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from access.models import Profile
from access.preferences import THEME, put_cookie, save_profile


@require_POST
def switch_theme(request: HttpRequest) -> HttpResponse:
    """The theme asked for, or the other one; kept in the profile of who is signed in.

    desk.js switches on the spot and only tells us; without script the page comes again.
    """
    asked = request.POST.get("theme", "")
    other = "light" if request.COOKIES.get(THEME) == "dark" else "dark"
    theme = asked if asked in Profile.Theme.values else other
    if isinstance(request.user, User):
        save_profile(request.user, theme=theme)
    back, host = request.headers.get("Referer", ""), request.get_host()
    own = back.startswith((f"https://{host}/", f"http://{host}/"))
    response = HttpResponse(status=204) if asked else redirect(back if own else "overview")
    put_cookie(response, THEME, theme, request)
    return response
