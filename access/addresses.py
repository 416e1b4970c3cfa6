"""Whose address a request carries, when exactly NUM_PROXIES proxies stand before the desk."""

from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

ONE_CALLER = 64  # bits: what a provider gives one customer of IPv6


def client_address(request: HttpRequest) -> str:
    """The address the outermost trusted proxy saw.

    With NUM_PROXIES=0 nobody's X-Forwarded-For is believed, so sending a new one each time gains
    nothing. With n proxies it is the nth entry from the right: what stands left of it was written
    by the client. An entry that is no address counts as none.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    if not settings.NUM_PROXIES or len(hops) < settings.NUM_PROXIES:
        return peer
    client: str = hops[-settings.NUM_PROXIES]
    return client if _read(client) else peer


def counted_address(request: HttpRequest) -> str:
    """The address limits count by: of IPv6 the /64, or one caller would be 2^64 of them."""
    return counted(client_address(request))


def counted(address: str) -> str:
    """The same for IPv4 (mapped into IPv6 or not), the first of its /64 for IPv6."""
    found = _read(address)
    if not isinstance(found, IPv6Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), ONE_CALLER), strict=False).network_address)


def _read(address: str) -> object:
    try:
        return ip_address(address)
    except ValueError:
        return None
