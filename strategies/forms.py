"""Form fields for the settings of any dataclass, and the forms of a strategy config."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from strategies.models import StrategyConfig
from strategies.parameters import Parameter, describe

PREFIX = "setting_"


def setting_fields(
    cls: type, *, values: Mapping[str, Any] | None = None, prefix: str = PREFIX
) -> dict[str, forms.Field]:
    """One typed form field per setting of dataclass `cls`, by `prefix` + its name.

    Help, unit and limits come from the dataclass; initial values from `values`, else its defaults.
    """
    given = values or {}
    return {
        prefix + item.name: _FIELDS[item.type](item, given.get(item.name, _default(item)))
        for item in describe(cls)
    }


def chosen_settings(cleaned: Mapping[str, Any], *, prefix: str = PREFIX) -> dict[str, Any]:
    """The settings in a form's cleaned values, under their own names."""
    return {name.removeprefix(prefix): v for name, v in cleaned.items() if name.startswith(prefix)}


class AddConfigForm(forms.ModelForm):  # type: ignore[type-arg]
    """First step: what runs where; the strategy then decides which settings there are."""

    class Meta:
        model = StrategyConfig
        fields = ("symbol", "strategy", "timeframe", "mode")


class StrategyConfigForm(forms.ModelForm):  # type: ignore[type-arg]
    """Second step: the settings; the admin adds one field per setting of the strategy."""

    class Meta:
        model = StrategyConfig
        fields = (
            "timeframe",
            "mode",
            "is_enabled",
            "sl_mode",
            "sl_value",
            "tp_mode",
            "tp_value",
            "lots_hint",
            "min_confidence",
            "expiry_bars",
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.parameters = chosen_settings(cleaned)
        return cleaned

    def add_error(self, field: str | None, error: Any) -> None:
        """Put what the strategy refused beside the setting it refused."""
        if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
            for refused in error.error_dict.pop("parameters", []):
                name = PREFIX + (refused.params or {}).get("setting", "")
                super().add_error(name if name in self.fields else None, refused)
            if not error.error_dict:
                return
        super().add_error(field, error)


def _default(item: Parameter) -> Any:
    return None if item.default is MISSING else item.default


def _number(
    kind: Callable[..., forms.Field], widget: type[forms.Widget]
) -> Callable[[Parameter, Any], forms.Field]:
    """A maker of fields of `kind`, one of Django's number fields."""

    def make(item: Parameter, initial: Any) -> forms.Field:
        return kind(
            label=item.label,
            help_text=item.help,
            initial=initial,
            min_value=item.minimum,
            max_value=item.maximum,
            widget=widget(),
        )

    return make


def _switch(item: Parameter, initial: Any) -> forms.Field:
    return forms.BooleanField(
        label=item.label,
        help_text=item.help,
        initial=initial,
        required=False,
        widget=UnfoldBooleanSwitchWidget(),
    )


def _text(item: Parameter, initial: Any) -> forms.Field:
    return forms.CharField(
        label=item.label,
        help_text=item.help,
        initial=initial,
        widget=UnfoldAdminTextInputWidget(),
    )


_FIELDS: dict[type, Callable[[Parameter, Any], forms.Field]] = {
    int: _number(forms.IntegerField, UnfoldAdminIntegerFieldWidget),
    float: _number(forms.FloatField, UnfoldAdminDecimalFieldWidget),
    Decimal: _number(forms.DecimalField, UnfoldAdminDecimalFieldWidget),
    bool: _switch,
    str: _text,
}
