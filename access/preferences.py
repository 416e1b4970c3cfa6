"""How one person wants the pages: kept in a row, carried from page to page by two cookies."""

from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest, HttpResponse

from access.models import Profile
from access.zones import CHOSEN

THEME = "theme"  # cookie: light or dark; none: as the system says
YEAR = 31_536_000  # seconds


def profile_of(user: AbstractUser) -> Profile:
    """What `user` chose; an unsaved one while they chose nothing."""
    return Profile.objects.filter(user_id=user.pk).first() or Profile(user_id=user.pk)


def save_profile(user: AbstractUser, **chosen: str) -> Profile:
    """Keep what was chosen: `time_zone`, `theme` or both; "" is the default."""
    profile, _ = Profile.objects.update_or_create(user_id=user.pk, defaults=chosen)
    return profile


def carry(profile: Profile, request: HttpRequest, response: HttpResponse) -> None:
    """Give this browser what `profile` says, so that every page is drawn that way at once."""
    put_cookie(response, CHOSEN, profile.time_zone, request)
    put_cookie(response, THEME, profile.theme, request)


def put_cookie(response: HttpResponse, name: str, value: str, request: HttpRequest) -> None:
    """Set the cookie for a year, or take it away when there is no value."""
    if value:
        secure = request.is_secure()
        response.set_cookie(name, value, max_age=YEAR, samesite="Lax", secure=secure)
    else:
        response.delete_cookie(name, samesite="Lax")
