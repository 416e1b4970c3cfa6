"""What is said, once, whoever it goes to."""

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """A neutral message; its key says what it is about and makes queueing it twice harmless."""

    class Kind(models.TextChoices):
        SIGNAL = "signal", "Signal"
        RESULT = "result", "Result"
        MANUAL = "manual", "Sent by hand"
        ALERT = "alert", "Alert to staff"
        CONSENT = "consent", "Opt-in or opt-out answer"
        ANSWER = "answer", "Answer to a question"
        TEST = "test", "Test"

    key = models.CharField(max_length=200, unique=True, help_text="For example signal:12.")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    fields = models.JSONField(default=dict, blank=True, help_text="The same, for programs.")
    tags = models.JSONField(default=dict, blank=True, help_text="What recipients filter on.")
    deliver_by = models.DateTimeField(help_text="Not sent after this time.")
    valid_until = models.DateTimeField(
        null=True, blank=True, help_text="Worth reading until then by who was not to be disturbed."
    )
    replies_to = models.CharField(
        max_length=200, blank=True, help_text="Key of the message it answers: shown as a reply."
    )
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["created_at"]),
            models.Index(  # repeats are looked for among few
                fields=["created_at"], condition=Q(kind="manual"), name="message_by_hand"
            ),
        ]

    def __str__(self) -> str:
        return self.key


OBEYS_PAUSE = (Message.Kind.SIGNAL, Message.Kind.RESULT, Message.Kind.MANUAL)
"""Kinds the kill switch stops; alerts, consent, answers and tests go on."""

HEEDS_QUIET_HOURS = (Message.Kind.SIGNAL, Message.Kind.RESULT)
"""Kinds that wait for the end of a recipient's quiet hours, unless they are urgent."""
