"""The log of what the desk did: events are only ever added, and each is sealed into one chain."""

from django.db import connection, models
from django.db.models.functions import Now


class EventManager(models.Manager["Event"]):
    def kinds(self) -> list[str]:
        """Every kind ever logged, by name: one step in the index for each, however many events."""
        with connection.cursor() as cursor:
            cursor.execute(
                "WITH RECURSIVE known(kind) AS (SELECT min(kind) FROM audit_event UNION ALL "
                "SELECT (SELECT min(kind) FROM audit_event WHERE kind > known.kind) FROM known "
                "WHERE known.kind IS NOT NULL) SELECT kind FROM known WHERE kind IS NOT NULL"
            )
            return [kind for (kind,) in cursor.fetchall()]


class Event(models.Model):
    """One thing that happened, in one plain line; never edited, never deleted."""

    at = models.DateTimeField("time", help_text="When it happened, UTC.")
    kind = models.CharField(max_length=60, help_text="For example signal.generated.")
    actor = models.CharField(max_length=150, help_text="Who did it: a user, a key, or the desk.")
    subject = models.CharField(max_length=100, blank=True, help_text="For example signal:12.")
    text = models.CharField(max_length=500, help_text="What happened, in one line.")
    payload = models.JSONField(default=dict, blank=True, help_text="The details, as JSON.")

    objects = EventManager()

    class Meta:
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["at"]),
            models.Index(fields=["kind", "at"]),
            models.Index(fields=["subject", "at"]),
        ]
        permissions = [("read_log", "Can read the log page")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind}: {self.text}"


class Seal(models.Model):
    """The place of one event in the chain; `seq` counts from 1 without a gap."""

    seq = models.BigIntegerField("number", primary_key=True)
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="seal")
    prev_hash = models.CharField(max_length=64, unique=True)  # unique: a chain cannot fork
    hash = models.CharField(max_length=64, unique=True)
    sealed_at = models.DateTimeField(db_default=Now(), help_text="By the database's clock, UTC.")

    class Meta:
        ordering = ["-seq"]
        constraints = [
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="audit_seal_from_one")
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.hash[:12]}"
