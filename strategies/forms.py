"""Form fields for the settings of any dataclass, and the forms of a strategy config."""

from collections.abc import Callable, Mapping
from dataclasses import MISSING
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from strategies.models import StrategyConfig
from strategies.parameters import Parameter, describe
from strategies.wording import SETTING_WORDS

PREFIX = "setting_"
Widgets = Mapping[type, type[forms.Widget]]  # by the type of the setting
PAGE_WIDGETS: Widgets = {
    int: forms.NumberInput,
    float: forms.NumberInput,
    Decimal: forms.NumberInput,
    bool: forms.CheckboxInput,
    str: forms.TextInput,
}


def setting_fields(
    cls: type,
    *,
    values: Mapping[str, Any] | None = None,
    prefix: str = PREFIX,
    widgets: Widgets = PAGE_WIDGETS,
) -> dict[str, forms.Field]:
    """One typed form field per setting of dataclass `cls`, by `prefix` + its name.

    Help, unit and limits come from the dataclass; initial values from `values`, else its defaults.
    """
    given = values or {}
    return {
        prefix + item.name: _field(item, given.get(item.name, _default(item)), widgets)
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
        error_messages = SETTING_WORDS

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.parameters = chosen_settings(cleaned)
        return cleaned

    def validate_unique(self) -> None:
        """What runs where cannot be edited here, but may not be there twice either."""
        try:
            self.instance.validate_constraints(exclude=set(self.errors))
        except ValidationError as error:
            self.add_error(None, error)

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


def _field(item: Parameter, initial: Any, widgets: Widgets) -> forms.Field:
    if isinstance(initial, float) and initial.is_integer():
        initial = int(initial)  # 50, not 50.0
    words: dict[str, Any] = {"label": item.label, "help_text": _help(item), "initial": initial}
    if item.type is bool:
        return forms.BooleanField(required=False, widget=widgets[bool](), **words)
    if item.type is str:
        return forms.CharField(widget=widgets[str](), **words)
    return _NUMBERS[item.type](
        min_value=item.minimum,
        max_value=item.maximum,
        error_messages=_complaints(item),
        widget=widgets[item.type](),
        **words,
    )


def _help(item: Parameter) -> str:
    """What it does, what it may be, and what it is unless somebody changes it."""
    sentences = [item.help.rstrip(".")]
    if item.type in _NUMBERS:
        usual = "" if item.default is MISSING else f"default {item.default:g}"
        bounds = ", ".join(filter(None, (item.limits, usual)))
        sentences.append(bounds[:1].upper() + bounds[1:])
    return " ".join(f"{sentence}." for sentence in sentences if sentence)


def _complaints(item: Parameter) -> dict[str, str]:
    """What is said beside the field, in the setting's own unit."""
    number = "whole number" if item.type is int else "number"
    said = {"required": f"Enter a {number}.", "invalid": f"Enter a {number}."}
    if item.minimum is not None:
        said["min_value"] = f"Must be at least {item.amount(item.minimum)}."
    if item.maximum is not None:
        said["max_value"] = f"Must be at most {item.amount(item.maximum)}."
    return {code: text.replace("%", "%%") for code, text in said.items()}  # Django formats it


_NUMBERS: dict[type, Callable[..., forms.Field]] = {
    int: forms.IntegerField,
    float: forms.FloatField,
    Decimal: forms.DecimalField,
}
