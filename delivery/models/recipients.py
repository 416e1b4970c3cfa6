"""Somebody who asked for messages, and which ones."""

from datetime import datetime, timedelta
from typing import Any, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from delivery.channels.registry import CHANNELS, channel_choices
from delivery.errors import Refused
from delivery.http import check_url
from delivery.phones import mask_address
from delivery.quiet import end_of_quiet, zone_names

OPT_IN_MISSING = "asks for consent before the first message: say when and how they agreed."
SAME_TIME_TWICE = "Quiet hours that end when they begin are none: leave both empty instead."
SERVICE_WINDOW = timedelta(hours=24)  # WhatsApp: free text only this long after their last words


class RecipientQuerySet(models.QuerySet["Recipient"]):
    def reachable(self) -> Self:
        """Those who may be sent to: active and not opted out."""
        return self.filter(is_active=True, opted_out_at=None)


class Recipient(models.Model):
    """One address on one channel."""

    name = models.CharField(max_length=80)
    channel = models.CharField(max_length=20, choices=channel_choices)
    address = models.CharField(
        max_length=200, help_text="WhatsApp: the phone number with country code, +447911123456."
    )
    provider_address = models.CharField(
        max_length=200,
        blank=True,
        help_text="The address as the provider writes it, if differently.",
    )
    provider_user_id = models.CharField(
        max_length=128, blank=True, help_text="The provider's own id of this person, when known."
    )
    language = models.CharField(
        max_length=10, blank=True, help_text="Language of the template; empty: the desk's."
    )
    wants = models.JSONField(
        default=dict, blank=True, help_text="Tags wanted, by name; empty means all."
    )
    min_confidence = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text="0 to 1; less confident signals are not sent to this recipient.",
    )
    gets_alerts = models.BooleanField(
        default=False, help_text="Staff: is also told when the desk itself has a problem."
    )
    gets_results = models.BooleanField(
        default=False, help_text="Is told, in reply to a signal, how it ended."
    )
    quiet_from = models.TimeField(
        null=True, blank=True, help_text="Their own time. What is still valid after comes at once."
    )
    quiet_until = models.TimeField(null=True, blank=True)
    time_zone = models.CharField(
        max_length=64, default="UTC", help_text="Of the quiet hours, for example Europe/London."
    )
    is_active = models.BooleanField(default=True, help_text="Off: paused by the desk.")
    opted_in_at = models.DateTimeField(null=True, blank=True)
    opt_in_source = models.CharField(
        max_length=120, blank=True, help_text="How they agreed, for example: signed form, 3 May."
    )
    opted_out_at = models.DateTimeField(
        null=True, blank=True, help_text="Set: nothing is ever sent, not even by hand."
    )
    last_inbound_at = models.DateTimeField(
        null=True, blank=True, help_text="Their last message to us; opens the 24-hour window."
    )
    free_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="Nothing before this time: the provider's limit per person.",
    )
    failures_in_row = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(
        max_length=300, blank=True, help_text="Why several messages in a row did not reach them."
    )
    secret_version = models.PositiveSmallIntegerField(
        default=1, help_text="Webhooks: which signing secret is in use; one more at each rotation."
    )
    secret_rotated_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RecipientQuerySet.as_manager()

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "address"],
                name="delivery_recipient_once_per_address",
                violation_error_message="There is a recipient with this address already.",
            ),
            models.CheckConstraint(
                condition=Q(min_confidence__gte=0.0, min_confidence__lte=1.0),
                name="delivery_recipient_confidence_0_to_1",
            ),
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False),
                name="delivery_recipient_quiet_hours_whole",
                violation_error_message="Quiet hours need both a start and an end, or neither.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.channel})"

    def clean(self) -> None:
        self.wants = clean_wants(self.wants)
        if self.time_zone not in zone_names():
            raise ValidationError({"time_zone": "Write it as in Europe/London or UTC."})
        if self.quiet_from is not None and self.quiet_from == self.quiet_until:
            raise ValidationError({"quiet_until": SAME_TIME_TWICE})
        channel = CHANNELS.get(self.channel)
        if channel is None:
            return  # the field's own error says so
        try:
            self.address = channel.clean_address(self.address)
            if channel.posts_to_address:
                check_url(self.address)
        except ValueError as error:
            raise ValidationError({"address": str(error)}) from None
        except Refused as refusal:
            raise ValidationError(
                {"address": f"Nothing may be posted there: {refusal.detail}."}
            ) from None
        is_shown = self.opted_in_at is not None and self.opt_in_source != ""
        if channel.needs_opt_in and not is_shown and self.opted_out_at is None:
            raise ValidationError({"opt_in_source": f"{channel.label} {OPT_IN_MISSING}"})

    @property
    def is_reachable(self) -> bool:
        return self.is_active and self.opted_out_at is None

    @property
    def masked_address(self) -> str:
        return mask_address(self.address)

    @property
    def is_erased(self) -> bool:
        """Whether this person was forgotten: only the number of the row is left of them."""
        return self.pk is not None and self.address == erased_address(self.pk)

    @property
    def zone(self) -> ZoneInfo:
        """Of the quiet hours; UTC for a name that no longer is one, so that messages still go."""
        try:
            return ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return ZoneInfo("UTC")

    def end_of_quiet(self, now: datetime) -> datetime | None:
        """When the quiet hours that hold at `now` are over; None outside them."""
        return end_of_quiet(now, starts=self.quiet_from, ends=self.quiet_until, zone=self.zone)

    def window_open(self, now: datetime) -> bool:
        """True while they are known to have written within the last 24 hours."""
        return self.last_inbound_at is not None and now - self.last_inbound_at < SERVICE_WINDOW


def erased_address(number: int) -> str:
    """What stands in place of the address of a recipient who was forgotten."""
    return f"erased {number}"


def clean_wants(wants: Any) -> dict[str, list[str]]:
    """`wants` if it is {"tag": ["value", ...]}, without empty lists; else ValidationError."""
    if not isinstance(wants, dict):
        raise ValidationError({"wants": 'Write it as {"tag": ["value", ...]}.'})
    for values in wants.values():
        if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
            raise ValidationError({"wants": "Each tag needs a list of texts."})
    return {tag: values for tag, values in wants.items() if values}
