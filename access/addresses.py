"""Whose address a request carries, when exactly NUM_PROXIES proxies stand before the desk."""

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The address the outermost trusted proxy saw.

    With NUM_PROXIES=0 nobody's X-Forwarded-For is believed, so sending a new one each time gains
    nothing. With n proxies it is the nth entry from the right: what stands left of it was written
    by the client.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if not settings.NUM_PROXIES or len(hops) < settings.NUM_PROXIES:
        return peer
    client: str = hops[-settings.NUM_PROXIES]
    return client[:45]  # the length of the longest IPv6 form
