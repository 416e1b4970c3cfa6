"""Forms that stop something: every push, or one channel."""

from typing import Any

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget

from delivery.channels.registry import channel_choices
from delivery.models import ChannelState, Pause
from delivery.pauses import current_pause


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


class ChannelPauseForm(forms.ModelForm[ChannelState]):
    """Pause one channel, whether or not it has a row yet."""

    channel = forms.ChoiceField(choices=channel_choices, widget=UnfoldAdminSelectWidget)
    reason = forms.CharField(
        max_length=300,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="What is due on it waits until you resume it, or expires. Staff who get alerts "
        "are told on another channel.",
    )

    class Meta:
        model = ChannelState
        fields = ("channel", "reason")

    def validate_unique(self) -> None:
        """The channel may well have its row."""

    def clean_channel(self) -> str:
        channel: str = self.cleaned_data["channel"]
        paused = ChannelState.objects.filter(channel=channel).exclude(paused_at=None).first()
        if paused is not None:
            raise forms.ValidationError(f"{paused} is paused already: {paused.reason}")
        return channel
