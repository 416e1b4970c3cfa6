"""Changing the holidays of the forex week: checked, stored and logged together."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from audit.log import log_event
from markets.models import Holiday
from markets.saving import save_once

WATCHED = ("name", "closes_at", "opens_at")


@transaction.atomic
def save_holiday(holiday: Holiday, *, by: str, now: datetime) -> Holiday:
    """Store a new or changed holiday and log what changed; no change, no event."""
    holiday.full_clean()
    before = Holiday.objects.filter(pk=holiday.pk).first()
    if before and _facts(before) == _facts(holiday):
        return holiday
    save_once(holiday)
    verb = "changed" if before else "added"
    _log(verb, holiday, before, by=by, now=now)
    return holiday


@transaction.atomic
def change_holiday(
    holiday: Holiday, changes: Mapping[str, Any], *, by: str, now: datetime
) -> Holiday:
    """The holiday with `changes` by field, saved; what is not named stays as it is by now."""
    current = Holiday.objects.select_for_update().get(pk=holiday.pk)
    for name, value in changes.items():
        setattr(current, name, value)
    return save_holiday(current, by=by, now=now)


@transaction.atomic
def delete_holiday(holiday: Holiday, *, by: str, now: datetime) -> None:
    """Trade on this day after all; the log keeps what it was."""
    _log("deleted", holiday, holiday, by=by, now=now)
    holiday.delete()


def _facts(holiday: Holiday) -> dict[str, str]:
    return {name: str(getattr(holiday, name)) for name in WATCHED}


def _log(verb: str, holiday: Holiday, before: Holiday | None, *, by: str, now: datetime) -> None:
    times = f"closes {holiday.closes_at:%d %b %H:%M}, opens {holiday.opens_at:%d %b %H:%M} UTC"
    log_event(
        f"holiday.{verb}",
        at=now,
        actor=by,
        subject=f"holiday:{holiday.pk}",
        text=f"Holiday {holiday} {verb}: {times}",
        payload={"before": before and _facts(before), "after": _facts(holiday)},
    )
