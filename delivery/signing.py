"""The secrets that sign outgoing webhooks: derived, so none is stored (Standard Webhooks 1.0.0)."""

import hashlib
import hmac
from base64 import b64encode
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from delivery.channels.registry import channel_called
from delivery.models import Recipient
from delivery.recipients import log_recipient

BOTH_SECRETS_FOR = timedelta(hours=24)  # after a rotation the old secret signs as well


def signing_keys(recipient: Recipient, *, now: datetime) -> tuple[bytes, ...]:
    """The keys that sign what goes to `recipient`, newest first; empty on other channels."""
    if not channel_called(recipient.channel).posts_to_address:
        return ()
    versions = [recipient.secret_version]
    rotated_at = recipient.secret_rotated_at
    if rotated_at is not None and now - rotated_at < BOTH_SECRETS_FOR:
        versions.append(recipient.secret_version - 1)
    return tuple(_key(recipient, version) for version in versions)


def shown_secret(recipient: Recipient) -> str:
    """The secret as the receiver's library wants it: whsec_<base64>."""
    return f"whsec_{b64encode(_key(recipient, recipient.secret_version)).decode()}"


@transaction.atomic
def rotate_secret(recipient: Recipient, *, by: str, now: datetime) -> str:
    """The new secret, which signs from now on; for a day the old one signs as well."""
    row = Recipient.objects.filter(pk=recipient.pk)
    row.update(secret_version=F("secret_version") + 1, secret_rotated_at=now)
    recipient.refresh_from_db(fields=["secret_version", "secret_rotated_at"])
    log_recipient("given_a_new_signing_secret", recipient, by=by, now=now)
    return shown_secret(recipient)


def _key(recipient: Recipient, version: int) -> bytes:
    purpose = f"webhook:{recipient.pk}:{recipient.created_at.isoformat()}:{version}"
    key = settings.FIELD_ENCRYPTION_KEY.encode()
    return hmac.new(key, purpose.encode(), hashlib.sha256).digest()
