"""The desk's risk settings, their versions, and the loss staff report for each trading day."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from markets.sessions import trading_day
from risk.guards.base import Guard
from risk.guards.registry import ALWAYS_ON, GUARDS
from strategies.parameters import build


def build_guards(chosen: Mapping[str, Mapping[str, Any]]) -> list[Guard]:
    """The guards of `{slug: {"enabled": bool, **settings}}`, in the registry's order.

    A guard that is missing runs with its defaults; ValueError names a setting that is wrong.
    """
    unknown = set(chosen) - set(GUARDS)
    if unknown:
        raise ValueError(f"unknown guard {sorted(unknown)[0]!r}, known are {', '.join(GUARDS)}")
    guards = []
    for slug, guard_class in GUARDS.items():
        values = dict(chosen.get(slug, {}))
        is_enabled = values.pop("enabled", True) or slug in ALWAYS_ON
        guard = build(guard_class, values)
        if is_enabled:
            guards.append(guard)
    return guards


class LossUnit(models.TextChoices):
    R = "R", "R (risk units)"
    ACCOUNT = "account currency", "account currency"


class RiskSettings(models.Model):
    """The one row of settings staff edit; every save through `risk.versions` makes a version."""

    loss_unit = models.CharField(
        max_length=20,
        choices=LossUnit.choices,
        default=LossUnit.R,
        help_text="Unit of the daily loss and of its limit",
    )
    guards = models.JSONField(default=dict, blank=True, editable=False)
    updated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = verbose_name_plural = "risk settings"
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="risk_settings_is_one_row")
        ]

    def __str__(self) -> str:
        return "Risk settings"

    def clean(self) -> None:
        try:
            build_guards(self.guards)
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def snapshot(self) -> dict[str, Any]:
        """What a version keeps: JSON-safe and complete."""
        return {"loss_unit": self.loss_unit, "guards": self.guards}


class RiskVersion(models.Model):
    """The risk settings as they stood; a signal names the version that judged it."""

    number = models.PositiveIntegerField(unique=True)
    snapshot = models.JSONField()
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    changes: list[str]  # in words, where `risk.versions.with_changes` puts them

    class Meta:
        ordering = ["-number"]
        get_latest_by = "number"

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"v{self.number}"

    @property
    def loss_unit(self) -> str:
        return str(self.snapshot["loss_unit"])

    def build(self) -> list[Guard]:
        """The guards of this version."""
        return build_guards(self.snapshot["guards"])


class DailyLossQuerySet(models.QuerySet["DailyLoss"]):
    def amount_at(self, now: datetime) -> Decimal:
        """The loss of the trading day `now` lies in; 0 when none was reported."""
        row = self.filter(day=trading_day(now)).values_list("amount", flat=True).first()
        return Decimal(0) if row is None else row


class DailyLoss(models.Model):
    """The loss of one trading day (17:00 to 17:00 New York), as staff report it."""

    day = models.DateField(unique=True, help_text="Trading day; it ends at 17:00 New York")
    amount = models.DecimalField(
        max_digits=14, decimal_places=2, help_text="Positive: lost so far on this day"
    )
    updated_at = models.DateTimeField()
    updated_by = models.CharField(max_length=150)

    objects = DailyLossQuerySet.as_manager()

    class Meta:
        ordering = ["-day"]
        verbose_name_plural = "daily losses"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0),
                name="daily_loss_not_negative",
                violation_error_message="Enter the loss as a positive number.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.amount} lost on {self.day}"
