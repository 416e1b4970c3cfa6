"""Which IP addresses a post may connect to (pure)."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

UNICAST = ip_network("2000::/3")  # all that is handed out for the open internet of IPv6
# Called global by `ipaddress` although they wrap private IPv4 addresses
WRAPPING = [ip_network(block) for block in ("2002::/16", "2001::/32")]


def is_public(address: str) -> bool:
    """True for an address on the open internet: global, unicast, wrapping no other address."""
    try:
        ip: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        elif ip not in UNICAST or any(ip in block for block in WRAPPING):
            return False
    return ip.is_global and not ip.is_multicast and not ip.is_reserved
