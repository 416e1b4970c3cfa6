"""What a person is told on a page, in the API's one error shape."""

from collections.abc import Iterator
from contextlib import contextmanager

from drf_spectacular.utils import OpenApiResponse

from access.errors import DeskError
from delivery.erasure import Forgotten
from delivery.hand_sends import HandSendRefused

CONFLICT = OpenApiResponse(
    description="Not now: `code` says why, such as CONFIRMATION_NEEDED, NOBODY_TO_SEND_TO, "
    "SENT_JUST_NOW, PUSHES_PAUSED, NOT_UNCERTAIN or FORGOTTEN. Nothing was done."
)


@contextmanager
def refusals_as_conflicts() -> Iterator[None]:
    """409 with the refusal's own code and words."""
    try:
        yield
    except HandSendRefused as refusal:
        raise DeskError(refusal.code, str(refusal), status=409) from None
    except Forgotten as refusal:
        raise DeskError("FORGOTTEN", str(refusal), status=409) from None
