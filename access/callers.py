"""Who asks, in one word, for what is counted or kept by caller."""

from rest_framework.request import Request

from access.addresses import counted_address
from access.models import ApiKey


def caller_of(request: Request) -> str:
    """The key, the person, or the address."""
    if isinstance(request.auth, ApiKey):
        return request.auth.actor
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    return f"address:{counted_address(request)}"
