"""Deliveries and recipients in JSON: numbers and names, never a whole address."""

from typing import Any

from rest_framework import serializers

from access.sent import PageQuery
from access.values import Choice, Whole
from delivery.channels.registry import CHANNELS
from delivery.models import Attempt, Delivery, Message, Recipient


class RecipientOut(serializers.ModelSerializer[Recipient]):
    """Somebody who gets messages; of the address only what tells them apart."""

    address = serializers.CharField(source="masked_address", help_text="Masked.")

    class Meta:
        model = Recipient
        fields = [
            "id",
            "name",
            "channel",
            "address",
            "is_active",
            "wants",
            "min_confidence",
            "gets_alerts",
            "gets_results",
            "opted_in_at",
            "opted_out_at",
            "problem",
        ]
        read_only_fields = fields


class ReceiverOut(serializers.ModelSerializer[Recipient]):
    """Who a delivery is for."""

    address = serializers.CharField(source="masked_address", help_text="Masked.")

    class Meta:
        model = Recipient
        fields = ["id", "name", "channel", "address"]
        read_only_fields = fields


class DeliveryOut(serializers.ModelSerializer[Delivery]):
    """One message to one recipient and what became of it."""

    message = serializers.CharField(source="message.key", help_text="For example signal:12.")
    kind = serializers.ChoiceField(Message.Kind.choices, source="message.kind")
    recipient = ReceiverOut()

    class Meta:
        model = Delivery
        fields = [
            "id",
            "message",
            "kind",
            "recipient",
            "state",
            "reason",
            "attempts_made",
            "created_at",
            "deliver_by",
            "sending_at",
            "sent_at",
            "delivered_at",
            "read_at",
        ]
        read_only_fields = fields


class AttemptOut(serializers.ModelSerializer[Attempt]):
    """One try, and what the provider said; `detail` has no numbers, addresses or secrets."""

    class Meta:
        model = Attempt
        fields = ["at", "channel", "outcome", "code", "detail"]
        read_only_fields = fields


class DeliveryDetail(DeliveryOut):
    """One delivery with every try, the first one first; neither its text nor a whole address."""

    attempts = AttemptOut(many=True)

    class Meta(DeliveryOut.Meta):
        fields = [*DeliveryOut.Meta.fields, "due_at", "attempts"]
        read_only_fields = fields


class SentOut(serializers.ModelSerializer[Message]):
    """A message on its way."""

    message = serializers.CharField(source="key")
    deliveries = DeliveryOut(many=True)

    class Meta:
        model = Message
        fields = ["message", "text", "deliver_by", "deliveries"]
        read_only_fields = fields


class DeliveriesQuery(PageQuery):
    state = Choice(Delivery.State.values, required=False)
    message = serializers.CharField(
        max_length=200, required=False, help_text="A key, for example signal:12."
    )
    recipient = Whole(min_value=1, max_value=2**63 - 1, required=False)
    channel = Choice(list(CHANNELS), required=False)
    since = serializers.DateTimeField(required=False, help_text="Written then or later.")


class RecipientsQuery(PageQuery):
    channel = Choice(list(CHANNELS), required=False)


def sent_json(message: Message) -> dict[str, Any]:
    """`message` with its deliveries as they are now."""
    message = Message.objects.prefetch_related("deliveries__recipient").get(pk=message.pk)
    for delivery in message.deliveries.all():
        delivery.message = message
    return dict(SentOut(message).data)
