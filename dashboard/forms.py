"""The forms of the desk's own pages."""

from django import forms


class PauseForm(forms.Form):
    """Why pushes stop: recipients' questions are answered from it."""

    reason = forms.CharField(
        max_length=300,
        error_messages={"required": "Write why, in a few words: everyone on the desk sees it."},
        widget=forms.TextInput(attrs={"placeholder": "News at 13:30, spreads too wide"}),
    )
