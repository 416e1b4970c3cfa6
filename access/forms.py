"""The forms of the profile: how the pages look, and a new password."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.utils import timezone

from access.counters import count
from access.models import Profile
from access.zones import zone_named

TRIES = 10  # of the present password in a quarter of an hour
QUARTER = 900  # seconds
NO_SUCH_ZONE = "There is no zone of this name. Choose one from the list, such as Europe/London."


class PreferencesForm(forms.Form):
    """Time zone and theme; empty means what browser and system say."""

    time_zone = forms.CharField(
        label="Time zone",
        required=False,
        max_length=64,
        help_text="Type a city and choose, or leave it empty. Point at a time to read it in UTC.",
        widget=forms.TextInput(
            attrs={"list": "zones", "autocomplete": "off", "placeholder": "As the browser says"}
        ),
    )
    theme = forms.ChoiceField(
        label="Theme",
        required=False,
        choices=[("", "As the system says"), *Profile.Theme.choices],
        error_messages={"invalid_choice": "Choose light, dark, or as the system says."},
    )

    def clean_time_zone(self) -> str:
        typed: str = self.cleaned_data["time_zone"]
        name = zone_named(typed)
        if typed and name is None:
            raise ValidationError(NO_SUCH_ZONE)
        return name or ""


class PasswordForm(PasswordChangeForm):
    """Django's own, in the desk's words; guessing the present password is limited."""

    error_messages = {
        "password_mismatch": "The two new passwords differ. Type the same one twice.",
        "password_incorrect": "This is not your present password. Mind capital letters.",
        "too_many": "Too many tries. Wait a quarter of an hour, then try again.",
    }

    def __init__(self, user: Any, *args: Any, **options: Any) -> None:
        super().__init__(user, *args, **options)
        self.fields["old_password"].label = "Present password"
        self.fields["old_password"].widget.attrs.pop("autofocus", None)
        self.fields["new_password1"].label = "New password"
        self.fields[
            "new_password1"
        ].help_text = "At least 8 characters, not digits alone, nothing common or like your name."
        self.fields["new_password2"].label = "New password again"
        self.fields["new_password2"].help_text = ""

    def clean_old_password(self) -> str:
        name = f"password:{self.user.pk}"
        if count(name, now=timezone.now(), window=QUARTER) > TRIES:
            raise ValidationError(self.error_messages["too_many"], code="too_many")
        return super().clean_old_password()
