"""What the desk was told in its environment, in the log each time it is not what it was."""

import hashlib
import hmac
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from audit.log import log_event
from audit.models import Event

PLAIN = frozenset(  # told as they are; of every other only whether it is another
    (
        *("DEBUG", "PUBLIC_BASE_URL", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"),
        *("CORS_ALLOWED_ORIGINS", "NUM_PROXIES", "OUTBOUND_ALLOW_HOSTS", "REQUIRE_MFA"),
        *("PUBLIC_API", "EVALUATION_INTERVAL_SECONDS", "MAX_SEND_DELAY_SECONDS"),
        *("WHATSAPP_API_VERSION", "WHATSAPP_TEMPLATE", "WHATSAPP_TEMPLATE_LANGUAGE"),
        *("MESSAGE_RECEIPTS", "LOG_LEVEL"),
    )
)
OF_ONE_PROCESS = {"HOST", "PORT", "VAR_DIR", "STATIC_ROOT", "COMPRESS_STATIC", "PROCESS_NAME"}
OF_ONE_PROCESS |= {"LOG_DIR", "LOG_STDOUT", "ENV_FILE"}


@transaction.atomic
def note_settings(*, now: datetime) -> Event | None:
    """The event with what is set now and was before; None when nothing changed since the last."""
    last = Event.objects.filter(kind="settings.changed").order_by("-at", "-pk").first()
    before: dict[str, Any] = last.payload["after"] if last else {}
    after = told_settings()
    if last and before == after:
        return None
    names = sorted(name for name in before | after if before.get(name) != after.get(name))
    shown = f"Settings changed: {', '.join(names)}" if last else f"{len(after)} settings at start"
    payload = {"before": before, "after": after}
    return log_event("settings.changed", at=now, text=shown, payload=payload)


def told_settings() -> dict[str, Any]:
    """Each setting that is set: its value, or a fingerprint of a secret or an address."""
    names = settings.SETTING_SOURCES.keys() - OF_ONE_PROCESS
    return {name: _told(name, getattr(settings, name)) for name in sorted(names)}


def _told(name: str, value: Any) -> Any:
    if name in PLAIN:
        return list(value) if isinstance(value, list | tuple) else value
    key, whole = settings.SECRET_KEY.encode(), f"{name}={value!r}".encode()
    return f"set, {hmac.new(key, whole, hashlib.sha256).hexdigest()[:8]}"
