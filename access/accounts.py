"""Making, changing and deleting accounts; each is an event that says what changed."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib.auth.models import AbstractUser, User
from django.db import transaction

from access.refresh_tokens import revoke_tokens_of
from access.roles import Role, role_of, set_role
from audit.log import log_event


@transaction.atomic
def change_account(
    user: AbstractUser,
    *,
    role: Role | str,
    changed: Sequence[str],
    by: str,
    now: datetime,
    is_new: bool = False,
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
        "user.created" if is_new else "user.changed",
        at=now,
        text=f"Account {user} {'created' if is_new else 'changed'}: {', '.join(parts)}",
        actor=by,
        subject=f"user:{user.pk}",
        payload={"role": {"before": before, "after": after}, "fields": fields},
    )


@transaction.atomic
def delete_account(user: User, *, by: str, now: datetime) -> None:
    """Nobody comes in with it any more."""
    text, subject = f"Account {user.get_username()} deleted", f"user:{user.pk}"
    payload = {"role": {"before": role_of(user), "after": None}}
    log_event("user.deleted", at=now, text=text, actor=by, subject=subject, payload=payload)
    user.delete()


@transaction.atomic
def note_new_password(user: User, *, by: str, now: datetime) -> None:
    """An admin gave the stored `user` another password: what the old one opened, ends."""
    revoke_tokens_of(user, by=by, now=now)
    text, subject = f"{by} gave {user.get_username()} a new password", f"user:{user.pk}"
    log_event("password.changed", at=now, text=text, actor=by, subject=subject)


def note_unlocked(username: str, *, by: str, now: datetime) -> None:
    """An admin let somebody try again before the lock was over."""
    known = User.objects.filter(username=username).first()
    subject = f"user:{known.pk}" if known else ""
    text = f"Wrong passwords of {known or 'somebody unknown'} forgotten"
    log_event("login.unlocked", at=now, text=text, actor=by, subject=subject)
