"""How a time is written for scripts and files."""

from datetime import UTC, datetime


def iso(at: datetime) -> str:
    """ISO-8601 in UTC with a Z, whole seconds unless there are parts."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
