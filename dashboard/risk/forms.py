"""The forms staff change risk with."""

from collections.abc import Iterator
from typing import Any

from django import forms

from dashboard.forms import Group
from risk.forms import RiskSettingsForm, guard_field_names, risk_form
from risk.guards.daily_loss import DailyLossGuard
from risk.guards.registry import ALWAYS_ON, GUARDS
from risk.models import DailyLoss, RiskSettings
from risk.wording import LOSS_WORDS, NOT_NEGATIVE


def settings_form(settings: RiskSettings, typed: Any = None) -> RiskSettingsForm:
    """The form of the risk settings, holding what they say now or what was `typed`."""
    return risk_form(settings.guards)(typed, instance=settings)


def groups(form: RiskSettingsForm) -> Iterator[Group]:
    """The form's fields as the page shows them, guard by guard."""
    for slug, guard in GUARDS.items():
        names = guard_field_names(slug)
        if slug == DailyLossGuard.slug:
            names.append("loss_unit")
        if names:
            yield Group(guard.title, guard.__doc__ or "", tuple(form[name] for name in names))


def always_on() -> str:
    """The guards without a switch, in words."""
    return " and ".join(GUARDS[slug].title for slug in GUARDS if slug in ALWAYS_ON)


class LossForm(forms.ModelForm[DailyLoss]):
    """The loss of the running trading day."""

    class Meta:
        model = DailyLoss
        fields = ("amount",)
        labels = {"amount": "Lost so far"}
        help_texts = {"amount": "A positive number: 1.5 means that 1.5 is lost. 0 clears it."}
        widgets = {"amount": forms.NumberInput(attrs={"min": "0", "step": "0.01"})}
        error_messages = {"amount": LOSS_WORDS}

    def clean_amount(self) -> Any:
        amount = self.cleaned_data["amount"]
        if amount < 0:
            raise forms.ValidationError(NOT_NEGATIVE)
        return amount
