"""Writing risk settings: every change is a version and an event."""

from datetime import datetime
from decimal import Decimal

from django.db import transaction

from audit.log import log_event
from markets.sessions import trading_day
from risk.models import DailyLoss, RiskSettings, RiskVersion


@transaction.atomic
def ensure_settings(*, by: str, now: datetime) -> RiskVersion:
    """The newest version; the defaults become version 1 on the first call."""
    newest = RiskVersion.objects.first()
    if newest is not None:
        return newest
    settings, _ = RiskSettings.objects.get_or_create(pk=1)
    return save_settings(settings, by=by, now=now)


@transaction.atomic
def save_settings(settings: RiskSettings, *, by: str, now: datetime) -> RiskVersion:
    """Store `settings`; a new version when something changed, else the newest one."""
    settings.pk = 1
    settings.updated_at = now
    settings.full_clean(validate_unique=False)  # the one row is replaced, never added twice
    settings.save()
    newest = RiskVersion.objects.select_for_update().first()
    after = settings.snapshot()
    if newest is not None and newest.snapshot == after:
        return newest
    version = RiskVersion.objects.create(
        number=newest.number + 1 if newest else 1, snapshot=after, created_at=now, created_by=by
    )
    log_event(
        "risk.changed",
        at=now,
        actor=by,
        subject=f"risk:{version.number}",
        text=f"Risk settings saved as {version.label}",
        payload={"before": newest.snapshot if newest else None, "after": after},
    )
    return version


@transaction.atomic
def report_daily_loss(amount: Decimal, *, by: str, now: datetime) -> DailyLoss:
    """Set the loss of the running trading day, in the unit of the risk settings."""
    day = trading_day(now)
    before = DailyLoss.objects.amount_at(now)
    loss = DailyLoss.objects.select_for_update().filter(day=day).first() or DailyLoss(day=day)
    loss.amount, loss.updated_at, loss.updated_by = amount, now, by
    loss.full_clean()
    loss.save()
    log_event(
        "risk.daily_loss",
        at=now,
        actor=by,
        subject=f"trading_day:{day}",
        text=f"Loss of {day} set to {amount} (was {before})",
        payload={"day": str(day), "before": str(before), "after": str(amount)},
    )
    return loss
