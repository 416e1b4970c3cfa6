"""A recipient as scripts write and read it: an address goes in whole and comes out masked."""

from typing import Any

from rest_framework import serializers

from access.values import SentModel
from delivery.api.shapes import RecipientOut
from delivery.models import Recipient
from delivery.recipient_edits import EDITABLE


class RecipientIn(SentModel):
    """A new recipient; what is left out has the form's defaults."""

    wants = serializers.DictField(
        child=serializers.ListField(child=serializers.CharField(max_length=64), max_length=200),
        required=False,
        help_text='Only these, by tag: {"symbol": ["EURUSD"]}. {}: everything.',
    )

    class Meta:
        model = Recipient
        fields: tuple[str, ...] = EDITABLE
        validators: tuple[Any, ...] = ()  # the service's, in the form's words
        extra_kwargs: dict[str, Any] = {}


class RecipientChanges(RecipientIn):
    """Only what is sent is changed."""

    class Meta(RecipientIn.Meta):
        extra_kwargs = {name: {"required": False} for name in ("name", "channel", "address")}


class RecipientDetail(RecipientOut):
    """All that staff set about a recipient, and what the desk has seen."""

    class Meta(RecipientOut.Meta):
        fields = [
            *RecipientOut.Meta.fields,
            "language",
            "quiet_from",
            "quiet_until",
            "time_zone",
            "opt_in_source",
            "last_inbound_at",
        ]
        read_only_fields = fields
