"""Where somebody is signed in: ended at once when what opens their account changes."""

from datetime import datetime
from typing import cast

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AbstractUser, User
from django.contrib.sessions.models import Session
from django.db import transaction

from access.refresh_tokens import revoke_tokens_of


@transaction.atomic
def end_logins_of(user: AbstractUser, *, by: str, now: datetime, but: str | None = None) -> None:
    """End every session of `user`, except the one with the key `but`, and all refresh tokens."""
    rows = Session.objects.filter(expire_date__gt=now).exclude(session_key=but or "")
    mine = [row.pk for row in rows if row.get_decoded().get(SESSION_KEY) == str(user.pk)]
    Session.objects.filter(pk__in=mine).delete()
    revoke_tokens_of(cast(User, user), by=by, now=now)
