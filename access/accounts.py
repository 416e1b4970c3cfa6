"""Changing an account, with an event that says what changed."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AbstractUser, User
from django.db import transaction

from access.roles import Role, role_of, set_role
from audit.log import log_event


@transaction.atomic
def change_account(
    user: AbstractUser, *, role: Role | str, changed: Sequence[str], by: str, now: datetime
) -> None:
    """Give the stored `user` its role and log it, with the names of the other changed fields."""
    before = role_of(User.objects.get(pk=user.pk))
    set_role(user, role)
    after = Role(role)
    fields = [name for name in changed if name != "role"]
    if before == after and not fields:
        return
    parts = ([f"role {before or 'none'} to {after}"] if before != after else []) + fields
    log_event(
        "user.changed",
        at=now,
        text=f"Account {user.get_username()} changed: {', '.join(parts)}",
        actor=by,
        subject=f"user:{user.pk}",
        payload={"role": {"before": before, "after": after}, "fields": fields},
    )
