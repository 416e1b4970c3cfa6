"""Writing risk settings: every change is a version and an event."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.log import log_event
from markets.sessions import trading_day
from risk.models import DailyLoss, RiskSettings, RiskVersion
from risk.snapshots import changes
from strategies.versions import SavedMeanwhile


def newest_version() -> RiskVersion:
    """The settings in force; the defaults, as v0, on a desk that was never seeded."""
    newest = RiskVersion.objects.first()
    return newest or RiskVersion(number=0, snapshot=RiskSettings().snapshot(), created_by="")


def with_changes(versions: Sequence[RiskVersion]) -> list[RiskVersion]:
    """Each version with its `changes` from the one before, in words; one query."""
    before = RiskVersion.objects.in_bulk([v.number - 1 for v in versions], field_name="number")
    for version in versions:
        earlier = before.get(version.number - 1)
        version.changes = changes(earlier.snapshot if earlier else None, version.snapshot)
    return list(versions)


@transaction.atomic
def ensure_settings(*, by: str, now: datetime) -> RiskVersion:
    """The newest version; the defaults become version 1 on the first call."""
    newest = RiskVersion.objects.first()
    if newest is not None:
        return newest
    settings, _ = RiskSettings.objects.get_or_create(pk=1)
    return save_settings(settings, by=by, now=now)


@transaction.atomic
def save_settings(
    settings: RiskSettings, *, by: str, now: datetime, expected: int | None = None
) -> RiskVersion:
    """Store `settings`; a new version when something changed in effect, else the newest one.

    Raises ValidationError for what a guard refuses, and SavedMeanwhile when the newest version is
    not the `expected` one the change was made from.
    """
    settings.pk = 1
    settings.updated_at = now
    settings.full_clean(validate_unique=False)  # the one row is replaced, never added twice
    RiskSettings.objects.select_for_update().filter(pk=1).first()  # two saves, two numbers
    newest = RiskVersion.objects.first()
    if expected is not None and (newest is None or newest.number != expected):
        raise SavedMeanwhile
    if newest is not None and not changes(newest.snapshot, settings.snapshot()):
        return newest
    settings.save()
    return _add_version(settings.snapshot(), newest, by=by, now=now)


def _add_version(
    after: dict[str, Any], before: RiskVersion | None, *, by: str, now: datetime
) -> RiskVersion:
    version = RiskVersion.objects.create(
        number=before.number + 1 if before else 1, snapshot=after, created_at=now, created_by=by
    )
    kept = before.snapshot if before else None
    log_event(
        "risk.changed",
        at=now,
        actor=by,
        subject=f"risk:{version.number}",
        text=f"Risk settings {version.label}: {'; '.join(changes(kept, after))}",
        payload={"before": kept, "after": after},
    )
    return version


def restore_version(
    version: RiskVersion, *, by: str, now: datetime, expected: int | None = None
) -> RiskVersion:
    """The version made by giving the settings all of `version` again; history stays as it was."""
    kept = version.snapshot
    settings = RiskSettings(loss_unit=kept["loss_unit"], guards=kept["guards"])
    return save_settings(settings, by=by, now=now, expected=expected)


@transaction.atomic
def report_daily_loss(amount: Decimal, *, by: str, now: datetime) -> DailyLoss:
    """Set the loss of the running trading day, in the unit of the risk settings."""
    day = trading_day(now)
    facts = {"amount": 0, "updated_at": now, "updated_by": by}
    loss, _ = DailyLoss.objects.select_for_update().get_or_create(day=day, defaults=facts)
    before = _plain(loss.amount)
    loss.amount, loss.updated_at, loss.updated_by = amount, now, by
    loss.full_clean()
    loss.save()
    log_event(
        "risk.daily_loss",
        at=now,
        actor=by,
        subject=f"trading_day:{day}",
        text=f"Loss of {day} set to {_plain(amount)} (was {before})",
        payload={"day": str(day), "before": before, "after": _plain(amount)},
    )
    return loss


def _plain(amount: Decimal | int) -> str:
    """The amount without noughts nobody needs, however it was typed."""
    return f"{Decimal(amount).normalize():f}"
