"""The forms of the desk's own pages."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from delivery.models import Recipient


@dataclass(frozen=True)
class Group:
    """Fields that belong together."""

    title: str
    note: str  # empty without one
    fields: tuple[BoundField, ...]


class PauseForm(forms.Form):
    """Why pushes stop: recipients' questions are answered from it."""

    reason = forms.CharField(
        max_length=300,
        error_messages={"required": "Write why, in a few words: everyone on the desk sees it."},
        widget=forms.TextInput(attrs={"placeholder": "News at 13:30, spreads too wide"}),
    )


class PushForm(forms.Form):
    """Nothing to fill in, unless the signal is over: then a tick says that this is known."""

    confirm = forms.BooleanField(
        required=False,
        error_messages={"required": "Tick this to send a signal that is over."},
    )

    def __init__(self, *args: Any, is_over: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["confirm"].required = is_over

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data.get("confirm"))


class TestForm(forms.Form):
    """Who gets the test."""

    recipient = forms.ModelChoiceField(
        queryset=Recipient.objects.reachable(),
        required=False,
        empty_label="Everybody who may be sent to",
        label="To",
        error_messages={"invalid_choice": "Choose somebody who is active and opted in."},
    )
