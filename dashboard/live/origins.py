"""Which pages may open a WebSocket here: browsers let any page try, with the reader's cookies."""

from django.conf import settings
from django.utils.http import is_same_domain
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


def may_listen(request: Request) -> bool:
    """Whether the request comes from no page, from one of the desk's, or from a listed one.

    A listed one (CORS_ALLOWED_ORIGINS) shows a key or a token, as it has to for the API; somebody's
    session is no word of that page.
    """
    origin = request.headers.get("Origin")
    if origin is None or is_own(origin, request):
        return True
    by_session = isinstance(request.successful_authenticator, SessionAuthentication)
    return origin in settings.CORS_ALLOWED_ORIGINS and not by_session


def is_own(origin: str, request: Request) -> bool:
    """Whether Django would take a form from there: the same host, or CSRF_TRUSTED_ORIGINS."""
    own = f"{request.scheme}://{request.get_host()}"
    return any(_matches(origin, trusted) for trusted in (own, *settings.CSRF_TRUSTED_ORIGINS))


def _matches(origin: str, trusted: str) -> bool:
    """`trusted` is an origin, or one with all its subdomains: `https://*.example.org`."""
    if "*" not in trusted:
        return origin == trusted
    scheme, _, domain = trusted.partition("://*")
    theirs, _, host = origin.partition("://")
    return scheme == theirs and is_same_domain(host, domain)
