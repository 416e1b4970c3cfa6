"""Making, changing and revoking API keys; each is an event."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from access.models import ApiKey
from audit.log import log_event


@transaction.atomic
def create_key(
    *, name: str, scopes: Sequence[str], expires_at: datetime | None, by: str, now: datetime
) -> tuple[ApiKey, str]:
    """The stored key and its text, which nobody can read again."""
    key = ApiKey(name=name, scopes=list(scopes), expiry_date=expires_at)
    text = ApiKey.objects.assign_key(key)
    key.full_clean()
    key.save(force_insert=True)
    _log(key, "created", f"API key {name} created for {', '.join(scopes)}", by=by, now=now)
    return key, text


@transaction.atomic
def change_key(key: ApiKey, *, by: str, now: datetime) -> None:
    """Store what was changed on `key`; revoking is one such change and cannot be undone."""
    before = ApiKey.objects.get(pk=key.pk)
    key.full_clean()
    key.save()
    revoked = key.revoked and not before.revoked
    verb = "revoked" if revoked else "changed"
    _log(key, verb, f"API key {key.name} {verb}", by=by, now=now, before=before)


def touch_key(key: ApiKey, *, now: datetime) -> None:
    """Remember that the key was used, at most once a minute."""
    minute = now.replace(second=0, microsecond=0)
    if key.last_used_at is None or key.last_used_at < minute:
        ApiKey.objects.filter(pk=key.pk).update(last_used_at=now)


def _log(
    key: ApiKey, verb: str, text: str, *, by: str, now: datetime, before: ApiKey | None = None
) -> None:
    payload = {"after": _state(key)} | ({"before": _state(before)} if before else {})
    subject = f"key:{key.prefix}"
    log_event(f"key.{verb}", at=now, text=text, actor=by, subject=subject, payload=payload)


def _state(key: ApiKey) -> dict[str, object]:
    expires = key.expiry_date.isoformat() if key.expiry_date else None
    return {"scopes": key.scopes, "expires_at": expires, "revoked": key.revoked}
