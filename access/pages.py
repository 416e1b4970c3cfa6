"""Who may see a page: anonymous people are sent to the login, others get 403."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url

from access.roles import READ_DESK, RUN_DESK, RoleMissing

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def permission_page(permission: str) -> Callable[[View[P]], View[P]]:
    """A decorator that lets only people with `permission` through."""

    def decorate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return to_login(request)
            if not request.user.has_perm(permission):
                raise RoleMissing(permission)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def to_login(request: HttpRequest) -> HttpResponseBase:
    """To the login page and back; a fragment sends the whole page there, not itself."""
    if request.headers.get("HX-Request") != "true":
        return redirect_to_login(request.get_full_path())
    page = path_in(request.headers.get("HX-Current-URL", "")) or "/"
    url = redirect_to_login(page, resolve_url(settings.LOGIN_URL)).url
    return HttpResponse(status=401, headers={"HX-Redirect": url})


def path_in(url: str) -> str:
    """The path of an address somebody sent; "" for what is none."""
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


viewer_required = permission_page(READ_DESK)
staff_required = permission_page(RUN_DESK)
