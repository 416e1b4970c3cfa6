"""What an API view asks for; a view that asks for nothing is closed."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from access.models import ApiKey, Scope
from access.roles import READ_DESK, RUN_DESK

if TYPE_CHECKING:  # REST framework imports this module while it imports its views
    from rest_framework.views import APIView


class Deny(BasePermission):
    """Nobody: the default, so that a forgotten permission opens nothing."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


def scope_or_perm(scope: str, permission: str) -> type[BasePermission]:
    """A permission class: keys need `scope`, people need `permission`."""

    class ScopeOrPermission(BasePermission):
        message = f"A key needs the scope {scope}, a person the permission {permission}."

        def has_permission(self, request: Request, view: "APIView") -> bool:
            return allows(request, scope=scope, permission=permission)

    return ScopeOrPermission


def only_people_with(permission: str) -> type[BasePermission]:
    """A permission class for what no key may do, whatever its scopes."""

    class PersonWithPermission(BasePermission):
        message = f"Only a person with the permission {permission} may do this, no key."

        def has_permission(self, request: Request, view: "APIView") -> bool:
            return bool(request.user.has_perm(permission))

    return PersonWithPermission


def allows(request: Any, *, scope: str, permission: str) -> bool:
    """Whether the request's key has `scope`, or its person has `permission`."""
    key = getattr(request, "auth", None)
    if isinstance(key, ApiKey):
        return scope in key.scopes
    return bool(request.user.has_perm(permission))


class PublicRead(BasePermission):
    """Anybody while the setting PUBLIC_API is on; else `signals:read` or a viewer."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if settings.PUBLIC_API:
            return True
        return allows(request, scope=Scope.SIGNALS_READ, permission=READ_DESK)


IsViewer = scope_or_perm(Scope.SIGNALS_READ, READ_DESK)
ReadsOperations = scope_or_perm(Scope.OPS_READ, READ_DESK)
IsStaff = scope_or_perm(Scope.SIGNALS_WRITE, RUN_DESK)
