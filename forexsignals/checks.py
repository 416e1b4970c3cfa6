"""System checks: what would go wrong later is said at the start, in words that help."""

from email.utils import parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.utils import timezone

from delivery.channels.whatsapp_versions import ENDS, version_state

SHORTEST_INTERVAL, LONGEST_INTERVAL = 5, 3600  # seconds


@register()
def check_interval(**_options: Any) -> list[CheckMessage]:
    """The evaluation interval is one the minute can live with."""
    seconds = settings.EVALUATION_INTERVAL_SECONDS
    if SHORTEST_INTERVAL <= seconds <= LONGEST_INTERVAL:
        return []
    return [
        Error(
            f"EVALUATION_INTERVAL_SECONDS is {seconds}.",
            hint=f"Choose {SHORTEST_INTERVAL} to {LONGEST_INTERVAL} seconds; 60 is the default.",
            id="forexsignals.E001",
        )
    ]


@register()
def check_whatsapp_version(**_options: Any) -> list[CheckMessage]:
    """The Graph API version is alive, and not about to end."""
    version = settings.WHATSAPP_API_VERSION
    state = version_state(version, today=timezone.now().date())
    if state == "ok":
        return []
    hint = "Set WHATSAPP_API_VERSION to a newer one, v25.0 or later."
    verb = "ended" if state == "ended" else "ends"
    text = f"WhatsApp Cloud API {version} {verb} on {ENDS[version]:%d %B %Y}."
    return [Warning(text, hint=hint, id="forexsignals.W001")]


@register()
def check_whatsapp_whole(**_options: Any) -> list[CheckMessage]:
    """WhatsApp has both its credentials or neither."""
    if bool(settings.WHATSAPP_TOKEN) == bool(settings.WHATSAPP_PHONE_ID):
        return []
    missing = "WHATSAPP_PHONE_ID" if settings.WHATSAPP_TOKEN else "WHATSAPP_TOKEN"
    hint = f"Set {missing} as well, or neither: README, 'WhatsApp'."
    return [Warning(f"WhatsApp stays off: {missing} is empty.", hint=hint, id="forexsignals.W002")]


@register()
def check_mail_sender(**_options: Any) -> list[CheckMessage]:
    """E-mails come from an address that a mail server takes."""
    if not settings.EMAIL_URL or "@" in parseaddr(settings.EMAIL_FROM)[1]:
        return []
    hint = "Write it as in desk@example.org or Desk <desk@example.org>."
    return [Error(f"EMAIL_FROM is {settings.EMAIL_FROM!r}.", hint=hint, id="forexsignals.E004")]


@register(Tags.urls)
def check_public_base_url(**_options: Any) -> list[CheckMessage]:
    """PUBLIC_BASE_URL is a whole address."""
    url = urlsplit(settings.PUBLIC_BASE_URL)
    if url.scheme in ("http", "https") and url.hostname:
        return []
    return [
        Error(
            f"PUBLIC_BASE_URL is {settings.PUBLIC_BASE_URL!r}.",
            hint="Write the address people open, as in https://desk.example.org",
            id="forexsignals.E002",
        )
    ]


@register(Tags.security, deploy=True)
def check_allowed_hosts(**_options: Any) -> list[CheckMessage]:
    """Production names its hosts."""
    if "*" not in settings.ALLOWED_HOSTS:
        return []
    hint = "Name the hosts people open: the one of PUBLIC_BASE_URL is always allowed."
    return [Warning("ALLOWED_HOSTS allows every host.", hint=hint, id="forexsignals.W003")]
