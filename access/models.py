"""API keys with scopes, what people chose, answers kept for repeats, what every page asks for."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from rest_framework_api_key.models import AbstractAPIKey


class Scope(models.TextChoices):
    """What a key may do; a key holds any number of them."""

    SIGNALS_READ = "signals:read", "Read signals and statistics"
    SIGNALS_WRITE = "signals:write", "Run the desk: strategies, risk, kill switch, resend"
    CANDLES_WRITE = "candles:write", "Push closed candles"
    OPS_READ = "ops:read", "Read events and deliveries"


class ApiKey(AbstractAPIKey):
    """A script's key: only its hash is kept, so the key itself is shown once."""

    scopes = models.JSONField(default=list, help_text="What this key may do.")
    last_used_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="To the minute; empty: never used."
    )

    class Meta(AbstractAPIKey.Meta):
        verbose_name = "API key"
        verbose_name_plural = "API keys"

    def clean(self) -> None:
        """Refuse scopes nobody knows, so that a typing error cannot look like a permission."""
        super().clean()
        if not isinstance(self.scopes, list) or not self.scopes:
            raise ValidationError({"scopes": "Choose at least one scope."})
        unknown = [scope for scope in self.scopes if scope not in Scope.values]
        if unknown:
            known = ", ".join(Scope.values)
            raise ValidationError({"scopes": f"Unknown scope {unknown[0]!r}; choose from {known}."})

    @property
    def actor(self) -> str:
        """How this key is named in the log."""
        return f"key:{self.prefix}"


class Profile(models.Model):
    """How one person wants the pages; nobody needs a row."""

    class Theme(models.TextChoices):
        LIGHT = "light", "Light"
        DARK = "dark", "Dark"

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile"
    )
    time_zone = models.CharField(
        max_length=64, blank=True, help_text="For example Europe/London; empty: the browser's."
    )
    theme = models.CharField(
        max_length=5, choices=Theme.choices, blank=True, help_text="Empty: as the system says."
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"Profile {self.pk}"


class KeptAnswer(models.Model):
    """What a request with an Idempotency-Key was answered, so that its repeat does nothing."""

    caller = models.CharField(max_length=100, help_text="A key or a person; no two share a row.")
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64, help_text="SHA-256 of method, path and body.")
    status = models.PositiveSmallIntegerField(null=True, help_text="Empty: not answered yet.")
    body = models.TextField(blank=True, help_text="JSON.")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["caller", "key"], name="access_one_answer_per_key")
        ]

    def __str__(self) -> str:
        return f"{self.caller} {self.pk}"


class Desk(models.Model):  # noqa: DJ008  it has no rows
    """No table: it carries the permissions by which pages and API tell who may do what."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("read_desk", "Can read the desk's pages"),
            ("run_desk", "Can run the desk: pause, resend, change strategies and risk"),
        ]
