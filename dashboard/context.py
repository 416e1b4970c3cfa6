"""What every page's frame needs: theme, sidebar, role and the desk's state."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from access.factors.reading import owes_factor
from access.models import Profile
from access.preferences import THEME
from access.roles import role_of
from dashboard.navigation import navigation
from dashboard.status import desk_status


def frame(request: HttpRequest) -> dict[str, Any]:
    """Lazy where it costs a query, so that a fragment pays nothing for the frame."""
    theme = request.COOKIES.get(THEME, "")
    return {
        "theme": theme if theme in Profile.Theme.values else "",
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "owes_factor": SimpleLazyObject(lambda: owes_factor(request.user)),
        "role": SimpleLazyObject(lambda: role_of(request.user)),
        "desk_status": SimpleLazyObject(lambda: desk_status(now=timezone.now())),
    }
