"""API keys in Django Admin, for admins only: made, scoped, revoked; never read again."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from rest_framework_api_key.models import APIKey
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from access.keys import change_key, create_key
from access.models import ApiKey, Scope
from audit.lists import DeskAdmin

if admin.site.is_registered(APIKey):
    admin.site.unregister(APIKey)  # the library's own model, which the desk does not use


class ApiKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    """A checkbox per scope instead of a JSON box."""

    scopes = forms.MultipleChoiceField(
        choices=Scope.choices,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text="Give a script only what it needs.",
    )

    class Meta:
        model = ApiKey
        fields = ["name", "scopes", "expiry_date", "revoked"]


@admin.register(ApiKey)
class ApiKeyAdmin(DeskAdmin):
    form = ApiKeyForm
    list_display = ["prefix", "name", "scope_names", "expiry_date", "last_used_at", "revoked"]
    list_filter = ["revoked"]
    search_fields = ["name", "prefix"]
    search_help_text = "A name, or how the key begins"
    readonly_fields = ["prefix", "created", "last_used_at"]

    def view_on_site(self, key: ApiKey) -> str:
        return reverse("keys")

    @admin.display(description="Scopes")
    def scope_names(self, key: ApiKey) -> str:
        return ", ".join(key.scopes)

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        frozen = ["name", "scopes", "expiry_date", "revoked"]
        is_revoked = isinstance(obj, ApiKey) and obj.revoked
        return [*self.readonly_fields, *(frozen if is_revoked else [])]

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        by, now = request.user.get_username(), timezone.now()
        if change:
            change_key(obj, by=by, now=now)
            return
        made, text = create_key(
            name=obj.name, scopes=obj.scopes, expires_at=obj.expiry_date, by=by, now=now
        )
        obj.pk, obj.prefix = made.pk, made.prefix
        messages.warning(request, f"The key is {text} . Copy it now: it is not shown again.")

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False  # revoke it instead, so that the log can still name it
