"""A person's own new password."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from access.refresh_tokens import revoke_tokens_of
from audit.log import log_event


@transaction.atomic
def change_password(user: User, password: str, *, now: datetime) -> None:
    """Store it hashed; whatever the old one opened, refresh tokens included, ends."""
    name = user.get_username()
    user.set_password(password)
    user.save(update_fields=["password"])
    revoke_tokens_of(user, by=name, now=now)
    text, subject = f"{name} changed their password", f"user:{user.pk}"
    log_event("password.changed", at=now, text=text, actor=name, subject=subject)
