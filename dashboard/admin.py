"""Third-party models in the desk's clothes; accounts and locks are for admins."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from axes.admin import AccessAttemptAdmin, AccessFailureLogAdmin, AccessLogAdmin
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django import forms
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from rest_framework_simplejwt.token_blacklist.admin import (
    BlacklistedTokenAdmin,
    OutstandingTokenAdmin,
)
from rest_framework_simplejwt.token_blacklist.models import BlacklistedToken, OutstandingToken
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm
from unfold.widgets import UnfoldAdminSelectWidget

from access.accounts import change_account, delete_account, note_new_password, note_unlocked
from access.roles import Role, role_of
from audit.lists import DeskAdmin
from dashboard.factors_admin import FactorActions
from dashboard.login import admin_login

admin.site.login = admin_login  # type: ignore[method-assign]

REPLACED = (
    User,
    Group,
    AccessAttempt,
    AccessLog,
    AccessFailureLog,
    OutstandingToken,
    BlacklistedToken,
)
NOT_SHOWN = (EmailAddress, Authenticator)  # the library's own; the list of accounts tells enough
for model in REPLACED + NOT_SHOWN:
    if admin.site.is_registered(model):
        admin.site.unregister(model)


class AdminsOnly(DeskAdmin):
    """Only admins see and change it: whoever edits accounts could make himself anything."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.is_superuser

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_superuser


class AdminsRead(AdminsOnly):
    """A record: admins read it, nobody edits it."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class RoleField(forms.ChoiceField):
    """One role per person, in place of flags and permissions that could contradict it."""

    def __init__(self) -> None:
        super().__init__(
            choices=[(role.value, role.value) for role in Role],
            initial=Role.VIEWER.value,
            widget=UnfoldAdminSelectWidget,
            help_text="Admin: everything. Staff: runs the desk. Viewer: reads it.",
        )


class AccountForm(UserChangeForm):
    """An account with its role."""

    role = RoleField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].initial = role_of(self.instance)


class NewAccountForm(UserCreationForm):
    """Name, password and role."""

    usable_password = None  # nobody comes in without a password
    role = RoleField()


@admin.register(User)
class DeskUserAdmin(FactorActions, AdminsOnly, UserAdmin[User]):
    """Accounts; the role decides what each may do."""

    actions = ["remove_factors"]
    form = AccountForm
    add_form = NewAccountForm
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "role", "second_factor", "is_active", "last_login")
    list_filter = ("groups", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password", "role", "is_active")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Times", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "role", "password1", "password2")}),)
    readonly_fields = ("last_login", "date_joined")
    filter_horizontal = ()
    search_help_text = "A name or an e-mail address"

    @admin.display(description="Role")
    def role(self, user: User) -> str:
        return role_of(user) or "none"

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The role becomes groups and flags once the account has its row."""
        super().save_related(request, form, formsets, change)
        change_account(
            form.instance,
            role=form.cleaned_data["role"],
            changed=form.changed_data,
            by=request.user.get_username(),
            now=timezone.now(),
            is_new=not change,
        )

    @method_decorator(sensitive_post_parameters())
    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> Any:
        """The usual page; a password that was set is an event and ends what the old one opened."""
        account = self.get_object(request, unquote(id))
        before = account and account.password
        with transaction.atomic():
            answer = super().user_change_password(request, id, form_url)
            if account is not None:
                account.refresh_from_db()
                if account.password != before:
                    by = request.user.get_username()
                    note_new_password(account, by=by, now=timezone.now())
        return answer

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        delete_account(obj, by=request.user.get_username(), now=timezone.now())

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            self.delete_model(request, user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes himself: the desk could be left without an admin."""
        return super().has_delete_permission(request, obj) and obj != request.user


@admin.register(Group)
class RoleAdmin(AdminsRead, GroupAdmin):
    """What each role may do. The desk makes them exact after every update: edits would be lost."""


@admin.register(AccessAttempt)
class LockedDoorAdmin(AdminsOnly, AccessAttemptAdmin):
    """Wrong passwords since the last right one; delete a row to let the person try again."""

    list_display = ("attempt_time", "username", "ip_address", "failures_since_start", "user_agent")
    date_hierarchy = None
    search_help_text = "A name, an address or a browser"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: AccessAttempt) -> None:
        note_unlocked(obj.username or "", by=request.user.get_username(), now=timezone.now())
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[AccessAttempt]) -> None:
        for attempt in queryset:
            self.delete_model(request, attempt)


@admin.register(AccessLog)
class SignInAdmin(AdminsRead, AccessLogAdmin):
    """Who came in."""

    list_display = ("attempt_time", "username", "ip_address", "logout_time", "user_agent")
    date_hierarchy = None
    search_help_text = "A name, an address or a browser"


@admin.register(AccessFailureLog)
class FailedSignInAdmin(AdminsRead, AccessFailureLogAdmin):
    """Who did not."""

    list_display = ("attempt_time", "username", "ip_address", "locked_out", "user_agent")
    date_hierarchy = None
    search_help_text = "A name, an address or a browser"


@admin.register(OutstandingToken)
class RefreshTokenAdmin(AdminsRead, OutstandingTokenAdmin):
    """Refresh tokens given out, without the tokens themselves."""

    list_display = ("user", "created_at", "expires_at", "jti")
    fields = ("user", "created_at", "expires_at", "jti")
    search_fields = ("user__username", "jti")
    search_help_text = "A user, or the token's number"
    ordering = ("-pk",)

    def view_on_site(self, token: OutstandingToken) -> str:
        return reverse("keys")


@admin.register(BlacklistedToken)
class RevokedTokenAdmin(AdminsRead, BlacklistedTokenAdmin):
    """Refresh tokens that no longer work."""

    list_display = (
        "token_user",
        "blacklisted_at",
        "token_created_at",
        "token_expires_at",
        "token_jti",
    )
    search_fields = ("token__user__username", "token__jti")
    search_help_text = "A user, or the token's number"
    ordering = ("-pk",)
