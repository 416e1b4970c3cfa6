"""What came in from providers: stored first, acted on after."""

from django.db import models

from delivery.channels.registry import channel_choices
from delivery.models.deliveries import Post
from delivery.models.recipients import Recipient


class Callback(models.Model):
    """One signed request of a provider; the same bytes a second time are the same row."""

    channel = models.CharField(max_length=20, choices=channel_choices)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the body, hex.")
    body = models.TextField(blank=True, help_text="Emptied once it was acted on.")
    received_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True, help_text="A reader is at it.")
    processed_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["channel", "digest"], name="delivery_callback_once"),
        ]
        indexes = [
            models.Index(
                fields=["id"],
                name="delivery_callback_waiting",
                condition=models.Q(processed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} callback {self.pk}"


class ProviderStatus(models.Model):
    """What a provider reported of one accepted post; each report counts once."""

    channel = models.CharField(max_length=20, choices=channel_choices)
    provider_id = models.CharField(max_length=200)
    status = models.CharField(max_length=20)
    at = models.DateTimeField("time", help_text="The provider's own.")
    code = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=300, blank=True, help_text="Redacted.")
    post = models.ForeignKey(
        Post, null=True, blank=True, on_delete=models.PROTECT, related_name="statuses"
    )
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = "provider statuses"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "provider_id", "status"], name="delivery_status_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.code}".strip()


class Inbound(models.Model):
    """A message somebody wrote to the desk."""

    channel = models.CharField(max_length=20, choices=channel_choices)
    provider_id = models.CharField(max_length=200)
    recipient = models.ForeignKey(
        Recipient, null=True, blank=True, on_delete=models.SET_NULL, related_name="inbound"
    )
    address = models.CharField(max_length=200)
    text = models.CharField(max_length=1000, blank=True)
    command = models.CharField(max_length=20, blank=True, help_text="What it asks for, if known.")
    received_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = "inbound message"
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "provider_id"], name="delivery_inbound_once"
            ),
        ]

    def __str__(self) -> str:
        return self.command or "message"


class Consent(models.Model):
    """The consent log: who agreed or withdrew, when and how; rows are only ever added."""

    class Action(models.TextChoices):
        OPT_IN = "opt_in", "Opted in"
        OPT_OUT = "opt_out", "Opted out"

    recipient = models.ForeignKey(
        Recipient, null=True, blank=True, on_delete=models.SET_NULL, related_name="consents"
    )
    channel = models.CharField(max_length=20, choices=channel_choices)
    address = models.CharField(max_length=200)
    action = models.CharField(max_length=10, choices=Action.choices)
    source = models.CharField(max_length=120, help_text="For example: wrote STOP.")
    at = models.DateTimeField("time")

    class Meta:
        ordering = ["-id"]
        verbose_name = "line of the consent log"
        verbose_name_plural = "lines of the consent log"
        indexes = [models.Index(fields=["channel", "address"])]

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.at:%Y-%m-%d}"
