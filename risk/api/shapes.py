"""Risk settings, their versions and the day's loss, as scripts read and send them."""

from typing import Any

from rest_framework import serializers

from access.sent import Sent
from access.values import Amount, Choice
from risk.changing import complete
from risk.guards.base import Guard
from risk.guards.registry import ALWAYS_ON, GUARDS
from risk.models import DailyLoss, LossUnit, RiskVersion
from risk.wording import LOSS_WORDS, NOT_NEGATIVE
from strategies.api.bodies import Expected
from strategies.api.shapes import SettingOut, setting_json
from strategies.parameters import describe

GUARDS_HELP = "By guard: `enabled` and its settings, as `about` describes them."


class RiskChange(Expected):
    """What is left out stays; of each guard as well."""

    loss_unit = Choice(
        LossUnit.values, required=False, help_text="Of the daily loss and its limit."
    )
    guards = serializers.DictField(
        child=serializers.DictField(), required=False, help_text=GUARDS_HELP
    )


class RiskVersionOut(serializers.ModelSerializer[RiskVersion]):
    """One save."""

    label = serializers.CharField()  # type: ignore[assignment]  # a column, not a form's label
    created_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        model = RiskVersion
        fields = ["number", "label", "created_at", "created_by"]
        read_only_fields = fields


class ListedVersionOut(RiskVersionOut):
    changes = serializers.ListField(
        child=serializers.CharField(), help_text="What it changed, in words."
    )

    class Meta(RiskVersionOut.Meta):
        fields = [*RiskVersionOut.Meta.fields, "changes"]
        read_only_fields = fields


class GuardOut(serializers.Serializer[Any]):
    """What a guard does and what can be set."""

    slug = serializers.CharField()
    title = serializers.CharField()
    about = serializers.CharField()
    is_always_on = serializers.BooleanField()
    settings = SettingOut(many=True)


class RiskOut(serializers.Serializer[Any]):
    """The risk settings of one version, every guard with every setting."""

    loss_unit = serializers.CharField()
    guards = serializers.DictField(child=serializers.DictField(), help_text=GUARDS_HELP)
    about = GuardOut(many=True)
    version = RiskVersionOut(help_text="`number` is what a change names as `expected`.")

    def to_representation(self, version: Any) -> dict[str, Any]:
        return dict(super().to_representation(_facts(version)))


class RiskChangedOut(RiskOut):
    """The risk settings after a change, and what that changed."""

    changed = serializers.ListField(
        child=serializers.CharField(), help_text="In words; empty when nothing was different."
    )

    def to_representation(self, saved: Any) -> dict[str, Any]:
        facts = {**_facts(saved.version), "changed": saved.changed}
        return dict(serializers.Serializer.to_representation(self, facts))


class LossIn(Sent):
    amount = Amount(
        max_digits=14,
        decimal_places=2,
        min_value=0,
        help_text="Lost so far on the running trading day, in the loss unit; 0 clears it.",
        error_messages=LOSS_WORDS | {"null": LOSS_WORDS["required"], "min_value": NOT_NEGATIVE},
    )


class LossOut(serializers.ModelSerializer[DailyLoss]):
    """The loss of the running trading day, which ends at 17:00 New York."""

    amount = serializers.FloatField()
    loss_unit = serializers.CharField()
    updated_at = serializers.DateTimeField(allow_null=True, help_text="null: never reported.")
    updated_by = serializers.CharField(allow_blank=True)

    class Meta:
        model = DailyLoss
        fields = ["day", "amount", "loss_unit", "updated_at", "updated_by"]
        read_only_fields = fields


def _facts(version: RiskVersion) -> dict[str, Any]:
    return {
        "loss_unit": version.loss_unit,
        "guards": complete(version.snapshot["guards"]),
        "about": [_guard_json(guard) for guard in GUARDS.values()],
        "version": version,
    }


def _guard_json(guard: type[Guard]) -> dict[str, Any]:
    return {
        "slug": guard.slug,
        "title": guard.title,
        "about": " ".join((guard.__doc__ or "").split()),
        "is_always_on": guard.slug in ALWAYS_ON,
        "settings": [setting_json(item) for item in describe(guard)],
    }
