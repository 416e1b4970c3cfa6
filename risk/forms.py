"""The risk settings as one form: a switch and typed fields for every guard."""

from typing import Any

from django import forms

from risk.guards.registry import ALWAYS_ON, GUARDS
from risk.models import RiskSettings
from strategies.forms import PAGE_WIDGETS, Widgets, chosen_settings, setting_fields


def prefix(slug: str) -> str:
    """What the form fields of one guard begin with."""
    return f"guard_{slug}_"


def guard_field_names(slug: str) -> list[str]:
    """The form fields of one guard, its switch first."""
    return list(_guard_fields(slug, {}, PAGE_WIDGETS))


class RiskSettingsForm(forms.ModelForm[RiskSettings]):
    """The unit of the daily loss; the guards' own fields are added by `risk_form`."""

    class Meta:
        model = RiskSettings
        fields = ("loss_unit",)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.guards = {
            slug: chosen
            for slug in GUARDS
            if (chosen := chosen_settings(_of_guard(slug, cleaned), prefix=prefix(slug)))
        }
        return cleaned


def risk_form(
    chosen: dict[str, dict[str, Any]], *, widgets: Widgets = PAGE_WIDGETS
) -> type[RiskSettingsForm]:
    """The form class with a field for every setting of every guard, holding `chosen`."""
    fields: dict[str, Any] = {}
    for slug in GUARDS:
        fields |= _guard_fields(slug, chosen.get(slug, {}), widgets)
    return type("GuardSettingsForm", (RiskSettingsForm,), fields)


def _guard_fields(slug: str, values: dict[str, Any], widgets: Widgets) -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {}
    if slug not in ALWAYS_ON:
        fields[prefix(slug) + "enabled"] = forms.BooleanField(
            label="Enabled",
            required=False,
            initial=values.get("enabled", True),
            widget=widgets[bool](),
        )
    return fields | setting_fields(
        GUARDS[slug], values=values, prefix=prefix(slug), widgets=widgets
    )


def _of_guard(slug: str, cleaned: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in cleaned.items() if name.startswith(prefix(slug))}
