"""Who may do what: three groups of permissions. Checks ask for permissions, never for names."""

from enum import StrEnum
from typing import Any

from django.apps import apps as installed_apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import AbstractUser, AnonymousUser, Group, Permission
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet

Reader = AbstractUser | AnonymousUser

READ_DESK = "access.read_desk"
RUN_DESK = "access.run_desk"
READ_LOG = "audit.read_log"

RUN_BY_STAFF = ("markets", "delivery", "strategies", "risk")  # staff add and change their rows
SHOWN_TO_STAFF = ("signals", "backtests", "dashboard")  # rows only the desk itself writes
DESK_APPS = (*RUN_BY_STAFF, *SHOWN_TO_STAFF)


class Role(StrEnum):
    """A person's role; each may do what the ones after it may."""

    ADMIN = "admin"
    STAFF = "staff"
    VIEWER = "viewer"


class RoleMissing(PermissionDenied):
    """Somebody signed in asked for what another role may do."""

    def __init__(self, permission: str) -> None:
        super().__init__(permission)
        self.needed = LOWEST.get(permission, Role.ADMIN)


LOWEST = {READ_DESK: Role.VIEWER, READ_LOG: Role.VIEWER, RUN_DESK: Role.STAFF}
"""The lowest role that has the permission; for any other it is admin."""


def sync_roles() -> None:
    """Make the groups admin, staff and viewer hold exactly what their role may do."""
    for label in ("audit", "access", *DESK_APPS):
        create_permissions(installed_apps.get_app_config(label), verbosity=0)
    for role, permissions in _permissions_by_role().items():
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set(permissions)


@transaction.atomic
def set_role(user: AbstractUser, role: Role | str) -> None:
    """Give `user` this role and no other, with the door to Django Admin that goes with it."""
    role = Role(role)
    user.groups.set([Group.objects.get(name=role.value)])
    user.user_permissions.clear()
    user.is_superuser = role is Role.ADMIN
    user.is_staff = role in (Role.ADMIN, Role.STAFF)
    user.save(update_fields=["is_superuser", "is_staff"])


def role_of(user: Reader) -> Role | None:
    """The highest role whose permissions `user` has; None for somebody who may do nothing."""
    if user.has_perm("auth.change_user"):
        return Role.ADMIN
    if user.has_perm(RUN_DESK):
        return Role.STAFF
    return Role.VIEWER if user.has_perm(READ_DESK) else None


def sync_after_migrate(*, apps: Any = installed_apps, **kwargs: Any) -> None:
    """Receiver of post_migrate; does nothing while only some apps are migrated."""
    if {"auth", "access"} <= set(apps.app_configs):
        sync_roles()


def _permissions_by_role() -> dict[Role, QuerySet[Permission]]:
    everything = Permission.objects.all()
    label = "content_type__app_label"
    reading = Q(codename__startswith="view_")
    writing = Q(codename__startswith="add_") | Q(codename__startswith="change_")
    deleting = Q(codename__startswith="delete_")
    own = Q(**{f"{label}__in": DESK_APPS}) & ~(reading | writing | deleting)  # such as resend
    log = Q(**{label: "audit"}, codename="read_log")
    shown = Q(**{f"{label}__in": DESK_APPS}) & reading | log
    run = Q(**{f"{label}__in": RUN_BY_STAFF}) & writing | own
    return {
        Role.ADMIN: everything,
        Role.STAFF: everything.filter(
            shown | run | Q(**{label: "access"}, codename__in=["read_desk", "run_desk"])
        ),
        Role.VIEWER: everything.filter(shown | Q(**{label: "access"}, codename="read_desk")),
    }
