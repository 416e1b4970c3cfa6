"""The form of a recipient."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import format_html_join
from unfold.widgets import (
    UnfoldAdminSelect2MultipleWidget,
    UnfoldAdminSelect2Widget,
    UnfoldAdminSingleTimeWidget,
    UnfoldAdminTextInputWidget,
)

from delivery.channels.registry import CHANNELS
from delivery.models import Recipient
from delivery.quiet import zone_names
from delivery.recipient_edits import consent_refusal
from delivery.tag_choices import choices_for

WANT_LABELS = {"symbol": "Symbols", "strategy": "Strategies"}  # the tags recipients filter on


def zone_choices() -> list[tuple[str, str]]:
    """Every time zone people name theirs by: cities and UTC."""
    cities = sorted(name for name in zone_names() if "/" in name and name[:3] != "Etc")
    return [(name, name.replace("_", " ")) for name in ("UTC", *cities)]


def address_help() -> str:
    """What an address looks like on each channel, a line each."""
    lines = ((cls.label, cls.address_help) for cls in CHANNELS.values())
    return format_html_join("", "<span class='block'>{}: {}</span>", lines)


def _tag_field(tag: str) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=WANT_LABELS[tag],
        required=False,
        widget=UnfoldAdminSelect2MultipleWidget,
        help_text=f"Only these. None chosen: every {tag}.",
    )


def _words_field(label: str, help_text: str) -> forms.CharField:
    widget = UnfoldAdminTextInputWidget
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=120, widget=widget
    )


def _clock() -> UnfoldAdminSingleTimeWidget:
    return UnfoldAdminSingleTimeWidget(format="%H:%M")


class RecipientForm(forms.ModelForm[Recipient]):
    """A recipient, with a list to choose from per tag instead of a JSON box."""

    wants_symbol = _tag_field("symbol")
    wants_strategy = _tag_field("strategy")
    time_zone = forms.ChoiceField(
        choices=zone_choices,
        initial="UTC",
        widget=UnfoldAdminSelect2Widget,
        help_text="Theirs: the quiet hours are by this clock.",
    )
    asked_to_stop = _words_field(
        "They asked to stop",
        "Say how, for example: phoned on 3 May. Nothing is sent to them from then on.",
    )
    agreed_again = _words_field(
        "They agreed again",
        "They opted out themselves. Only a new consent ends that: say how they gave it.",
    )

    class Meta:
        model = Recipient
        fields = (
            "name",
            "channel",
            "address",
            "language",
            "min_confidence",
            "gets_alerts",
            "gets_results",
            "quiet_from",
            "quiet_until",
            "time_zone",
            "is_active",
            "opted_in_at",
            "opt_in_source",
        )
        widgets = {name: _clock() for name in ("quiet_from", "quiet_until")}
        labels = {
            "is_active": "Active",
            "min_confidence": "Minimum confidence",
            "gets_alerts": "Gets alerts",
            "gets_results": "Gets results",
            "quiet_from": "Quiet from",
            "quiet_until": "Quiet until",
            "opted_in_at": "Opted in at (UTC)",
            "opt_in_source": "Opt-in source",
        }
        help_texts = {
            "address": "",
            "language": "Of the WhatsApp template, for example en or de. Empty: the desk's.",
            "min_confidence": "0 to 1. Less confident signals are not sent to them.",
            "gets_alerts": "Staff: is also told when the desk itself has a problem, at any hour.",
            "gets_results": "Is told how each signal they were sent ended, in reply to it.",
            "quiet_from": "Signals wait until the quiet hours are over; those still valid then "
            "come together. FLAT for what they were sent goes at once.",
            "quiet_until": "",
            "is_active": "Off: paused by the desk, what waits is cancelled.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for tag in WANT_LABELS:
            stored = self.instance.wants.get(tag, [])
            self.initial.setdefault(f"wants_{tag}", stored)
            field = self.fields[f"wants_{tag}"]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = choices_for(tag, kept=stored)
        if address := self.fields.get("address"):
            address.help_text = address_help()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lists = {tag: cleaned.get(f"wants_{tag}", []) for tag in WANT_LABELS}
        self.instance.wants = {**self.instance.wants, **lists}
        return cleaned

    def _post_clean(self) -> None:
        """Ask the model, then the consent log, about the address as it will be stored."""
        super()._post_clean()  # type: ignore[misc]  # Django's own, not in its stubs
        if not self.errors:
            refusal = consent_refusal(self.instance, now=timezone.now())
            if refusal:
                self.add_error("opted_in_at", refusal)
