"""System checks: tokens are signed with a key of their own, and used ones are remembered."""

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Error

MIN_SECRET_BYTES = 32
MAKE_ONE = "Print one: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def check_tokens(**kwargs: Any) -> list[CheckMessage]:
    """access.E001 to E003: what would quietly weaken the tokens."""
    errors: list[CheckMessage] = []
    if not apps.is_installed("rest_framework_simplejwt.token_blacklist"):
        hint = "Add rest_framework_simplejwt.token_blacklist to INSTALLED_APPS."
        text = "A refresh token would work again and again: the blacklist is not installed."
        errors.append(Error(text, hint=hint, id="access.E001"))
    if len(settings.JWT_SECRET.encode()) < MIN_SECRET_BYTES:
        text = f"JWT_SECRET is shorter than {MIN_SECRET_BYTES} bytes."
        errors.append(Error(text, hint=MAKE_ONE, id="access.E002"))
    if settings.JWT_SECRET == settings.SECRET_KEY:
        text = "JWT_SECRET is the same as SECRET_KEY: who learns one has both."
        errors.append(Error(text, hint=MAKE_ONE, id="access.E003"))
    return errors
