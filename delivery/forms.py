"""Forms for people who run the desk."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from delivery.models import Pause, Recipient
from delivery.pauses import current_pause

WANT_TAGS = ("symbol", "strategy")  # the tags a recipient can filter on
WANT_LABELS = {"symbol": "Symbols", "strategy": "Strategies"}


def _list_field(tag: str) -> forms.CharField:
    return forms.CharField(
        label=WANT_LABELS[tag],
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=f"Only these, separated by commas. Empty: every {tag}.",
    )


class RecipientForm(forms.ModelForm[Recipient]):
    """A recipient, with one list per tag instead of a JSON box."""

    wants_symbol = _list_field("symbol")
    wants_strategy = _list_field("strategy")

    class Meta:
        model = Recipient
        fields = (
            "name",
            "channel",
            "address",
            "language",
            "min_confidence",
            "is_active",
            "opted_in_at",
            "opt_in_source",
            "opted_out_at",
        )
        labels = {"is_active": "Active", "opt_in_source": "Opt-in source"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tag in WANT_TAGS:
            self.initial.setdefault(f"wants_{tag}", ", ".join(self.instance.wants.get(tag, [])))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lists = {tag: _values(cleaned.get(f"wants_{tag}", "")) for tag in WANT_TAGS}
        self.instance.wants = {**self.instance.wants, **lists}
        return cleaned


class PauseForm(forms.ModelForm[Pause]):
    """Stop pushes: the reason is all it takes."""

    class Meta:
        model = Pause
        fields = ("reason",)
        widgets = {"reason": UnfoldAdminTextareaWidget(attrs={"rows": 2})}

    def clean(self) -> dict[str, Any]:
        open_pause = current_pause()
        if open_pause is not None:
            raise forms.ValidationError(
                f"Pushes are stopped already: {open_pause.reason}. Resume them from the list."
            )
        return super().clean() or self.cleaned_data


def _values(text: str) -> list[str]:
    return list(dict.fromkeys(value.strip() for value in text.split(",") if value.strip()))
