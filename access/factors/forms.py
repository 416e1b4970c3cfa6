"""What people type or touch to prove who they are, and to add a factor."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone

from access.counters import count
from access.factors.codes import QUARTER, TRIES, TooManyCodes, log_failure, spend_code, step_shown
from access.factors.passkeys import is_new_passkey, passkey_in, read_answer
from access.factors.reading import Factors

WRONG_CODE = (
    "This code is not right, or was used before. Wait for the next one, and check that the phone's "
    "clock is right."
)
WRONG_PASSKEY = "The passkey was not accepted. Try again, or use a code."
TOO_MANY = "Too many tries. Wait a quarter of an hour, then try again."
DIGITS = {"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}


class CodeField(forms.CharField):
    """Digits, as apps show them and as recovery codes are printed."""

    def __init__(self, **options: Any) -> None:
        widget = forms.TextInput(attrs=DIGITS | {"autofocus": True})
        super().__init__(max_length=20, widget=widget, **options)


class CredentialField(forms.Field):
    """What the page's script writes for the browser's passkey."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        answer = read_answer(str(value))
        if not answer:
            raise ValidationError(WRONG_PASSKEY)
        return answer


class ProofForm(forms.Form):
    """One of the ways in which `user` can prove who it is; a way they lack is not asked for."""

    password = forms.CharField(
        label="Password",
        required=False,
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    code = CodeField(label="Code", required=False)
    credential = CredentialField(required=False)

    def __init__(
        self, *args: Any, request: HttpRequest, user: User, factors: Factors, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.request, self.user, self.now = request, user, timezone.now()
        asked = (
            {"code", "credential"} if factors.passkeys else {"code"} if factors else {"password"}
        )
        for name in set(self.fields) - asked:
            del self.fields[name]
        if factors and factors.app is None:
            self.fields["code"].label = "Recovery code"

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        if password and count(f"password:{self.user.pk}", now=self.now, window=QUARTER) > TRIES:
            raise ValidationError(TOO_MANY)
        if password and not self.user.check_password(password):
            log_failure(self.user, "password", request=self.request, now=self.now)
            raise ValidationError("This is not your password. Mind capital letters.")
        return password

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        try:
            if code and not spend_code(self.user, code, request=self.request, now=self.now):
                raise ValidationError(WRONG_CODE)
        except TooManyCodes:
            raise ValidationError(TOO_MANY) from None
        return code

    def clean_credential(self) -> Any:
        answer = self.cleaned_data["credential"]
        if answer and passkey_in(answer, user=self.user, now=self.now) is None:
            log_failure(self.user, "passkey", request=self.request, now=self.now)
            raise ValidationError(WRONG_PASSKEY)
        return answer

    def clean(self) -> dict[str, Any]:
        if not self.errors and not any(self.cleaned_data.values()):
            raise ValidationError("Type it first." if "password" in self.fields else "No code yet.")
        return self.cleaned_data


class AppForm(forms.Form):
    """The first code of a new app, which shows that it holds the secret."""

    code = CodeField(label="Code the app shows now")

    def __init__(self, *args: Any, secret: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.secret, self.step = secret, 0

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        step = step_shown(self.secret, code, now=timezone.now())
        if step is None:
            raise ValidationError(WRONG_CODE)
        self.step = step
        return code


class PasskeyNameForm(forms.Form):
    """How the owner calls a passkey."""

    name = forms.CharField(
        max_length=40,
        help_text="Where it is kept, such as Phone or Key on the ring.",
        error_messages={"required": "Give it a name."},
    )


class NewPasskeyForm(PasskeyNameForm):
    """A passkey the browser has just made."""

    credential = CredentialField(
        error_messages={
            "required": "The browser made no passkey. This page needs JavaScript; try again."
        },
    )

    def clean_credential(self) -> Any:
        answer = self.cleaned_data["credential"]
        if not is_new_passkey(answer):
            raise ValidationError("The passkey was not accepted. Try again.")
        return answer
