"""What a script is told when somebody saved before it did."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse

from access.errors import DeskError
from strategies.snapshots import Snapshot
from strategies.versions import SavedMeanwhile

CONFLICT = OpenApiResponse(
    description="SAVED_MEANWHILE: somebody saved a newer version; `details` say what differs."
)


@contextmanager
def saved_meanwhile_as_conflict(
    expected: int | None,
    versions: QuerySet[Any],
    changes: Callable[[Snapshot | None, Snapshot], list[str]],
) -> Iterator[None]:
    """409 with the version in force and what differs from the one the change was made from."""
    try:
        yield
    except SavedMeanwhile:
        current = versions.order_by("number").last()
        number = current.number if current else 0
        base = versions.filter(number=expected).first()
        differs = changes(base.snapshot, current.snapshot) if base and current else []
        words = (
            f"Nothing was saved: v{number} is current, and this change was made from v{expected}. "
            f"Look at what differs, then send it again with expected {number}."
        )
        details = {"expected": expected, "current": number, "changes": differs}
        raise DeskError("SAVED_MEANWHILE", words, status=409, details=details) from None
