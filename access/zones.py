"""Times read in the viewer's zone: the one chosen in the profile, else the browser's, else UTC."""

from collections.abc import Callable
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

CHOSEN = "zone"  # cookie: what the profile says
SEEN = "browser_zone"  # cookie: what static/js/desk.js found


@cache
def zone_names() -> tuple[str, ...]:
    """Every zone a profile may name, UTC first."""
    named = sorted(name for name in available_timezones() if "/" in name and name[0].isupper())
    return ("UTC", *(name for name in named if not name.startswith(("Etc/", "SystemV/"))))


def zone_named(typed: str) -> str | None:
    """The zone that was meant: "europe/berlin" or "New York" do; None when it is not one."""
    plain = "_".join(typed.split()).casefold()
    meant = [name for name in zone_names() if plain in (name.casefold(), _city(name))]
    return meant[0] if plain and meant else None


def _city(name: str) -> str:
    return name.rpartition("/")[2].casefold()


def zone_of(request: HttpRequest) -> ZoneInfo:
    """The zone of whoever looks; a cookie nobody can read is none. Admin and API are in UTC."""
    if request.path_info.startswith((f"/{settings.ADMIN_PATH}", "/api/")):
        return ZoneInfo("UTC")
    for cookie in (CHOSEN, SEEN):
        name = request.COOKIES.get(cookie, "")
        if name in zone_names():
            return ZoneInfo(name)
    return ZoneInfo("UTC")


def zone_middleware(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Draws every page of a request in its viewer's zone."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with timezone.override(zone_of(request)):
            return get_response(request)

    return middleware
