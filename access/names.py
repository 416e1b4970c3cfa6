"""The name under which failed logins are counted and kept."""

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def kept_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str | None:
    """A user's name; of what belongs to nobody only a digest, for it may be a password.

    Named in AXES_USERNAME_CALLABLE. The digest is the same each time, so tries still add up.
    """
    typed = (credentials or {}).get("username") or request.POST.get("username")
    if not typed:
        return None
    name = str(typed)[:150].replace("\0", "")
    if User.objects.filter(username=name).exists():
        return name
    return f"unknown {salted_hmac('access.names', name).hexdigest()[:12]}"
