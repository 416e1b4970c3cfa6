"""One message to one recipient, the calls made for it, and what came back."""

import uuid
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q

from delivery.channels.registry import channel_choices
from delivery.models.messages import Message
from delivery.models.recipients import Recipient


class Post(models.Model):
    """One HTTP call to a provider, stored before it is made."""

    channel = models.CharField(max_length=20, choices=channel_choices)
    provider_id = models.CharField(max_length=200, blank=True, db_index=True)
    sender = models.CharField(
        max_length=80, blank=True, help_text="The process that posts it: see docs/delivery.md."
    )
    body_hmac = models.CharField(max_length=64, help_text="HMAC-SHA256 of the body, hex.")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.channel} {self.provider_id or self.pk}"


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def due(self, now: datetime) -> Self:
        """Pending, their time has come and the message is still worth sending."""
        return self.filter(state=Delivery.State.PENDING, due_at__lte=now, deliver_by__gt=now)

    def overdue(self, now: datetime) -> Self:
        """Pending although its time is over."""
        return self.filter(state=Delivery.State.PENDING, deliver_by__lte=now)

    def for_sending(self) -> Self:
        return self.select_related("message", "recipient")


class Delivery(models.Model):
    """One copy; `state` is written by `delivery.transitions` alone."""

    class State(models.TextChoices):
        PENDING = "pending", "Pending"
        CLAIMED = "claimed", "Claimed by a sender"
        SENDING = "sending", "Being posted"
        SENT = "sent", "Sent"
        DELIVERED = "delivered", "Delivered"
        READ = "read", "Read"
        FAILED = "failed", "Failed"
        UNCERTAIN = "uncertain", "Uncertain: may have arrived"
        EXPIRED = "expired", "Expired unsent"
        CANCELLED = "cancelled", "Cancelled"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(Recipient, on_delete=models.PROTECT, related_name="deliveries")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PENDING)
    reason = models.CharField(max_length=300, blank=True, help_text="Why it is in this state.")
    deliver_by = models.DateTimeField(help_text="The message's; not sent after this time.")
    due_at = models.DateTimeField(help_text="Not sent before this time.")
    claimed_until = models.DateTimeField(null=True, blank=True)
    sending_at = models.DateTimeField(null=True, blank=True, help_text="Stored before the post.")
    attempts_made = models.PositiveSmallIntegerField(default=0)
    as_template = models.BooleanField(
        default=False, help_text="The free text was refused: the approved template is used."
    )
    is_unquoted = models.BooleanField(
        default=False, help_text="Refused as a reply: it goes as a message of its own."
    )
    is_held = models.BooleanField(
        default=False, help_text="Waits for the end of the recipient's quiet hours."
    )
    post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="deliveries"
    )
    sent_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    has_new_times = models.BooleanField(
        default=False, help_text="Sent, delivered or read since `delivery.new_times` was asked."
    )
    created_at = models.DateTimeField()

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(fields=["recipient", "state"]),
            models.Index(fields=["created_at"]),
            # One state each: SQLite uses a partial index only for the comparison it is made of
            models.Index(fields=["due_at"], name="delivery_pending", condition=Q(state="pending")),
            models.Index(
                fields=["claimed_until"], name="delivery_claimed", condition=Q(state="claimed")
            ),
            models.Index(
                fields=["sending_at"], name="delivery_sending", condition=Q(state="sending")
            ),
            models.Index(
                fields=["sending_at"],
                name="delivery_undecided",
                condition=Q(state="uncertain"),
            ),
            models.Index(fields=["id"], name="delivery_new_times", condition=Q(has_new_times=True)),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["message", "recipient"], name="delivery_once_per_recipient"
            ),
            models.CheckConstraint(
                name="delivery_claimed_has_lease",
                condition=~Q(state="claimed") | Q(claimed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_posted_has_post",
                condition=~Q(state__in=["sending", "sent", "delivered", "read", "uncertain"])
                | Q(sending_at__isnull=False, post__isnull=False),
            ),
            models.CheckConstraint(
                name="delivery_unposted_has_no_post",
                condition=~Q(state__in=["pending", "claimed", "expired", "cancelled"])
                | Q(sending_at__isnull=True, post__isnull=True),
            ),
            models.CheckConstraint(
                name="delivery_sent_has_time",
                condition=~Q(state="sent") | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.message} to recipient {self.recipient_id}"


class Attempt(models.Model):
    """What one post did to one delivery; rows are only ever added."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Not accepted"
        UNKNOWN = "unknown", "Unknown"

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="attempts")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="attempts")
    channel = models.CharField(max_length=20, choices=channel_choices)
    at = models.DateTimeField("time")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True, help_text="Redacted.")

    class Meta:
        ordering = ["-id"]
        indexes = [models.Index(fields=["channel", "outcome"])]

    def __str__(self) -> str:
        return f"{self.outcome} {self.code}".strip()
