from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from audit.models import Event, Seal


class ReadOnlyAdmin(ModelAdmin):
    """A record to look at: nobody adds, changes or deletes one here, superusers included."""

    show_full_result_count = False  # counting millions of rows would be the slowest part

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["id", "at", "kind", "actor", "subject", "text"]
    list_filter = ["kind"]
    search_fields = ["kind", "actor", "subject", "text"]
    date_hierarchy = "at"


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ["seq", "event", "hash", "sealed_at"]
    list_select_related = ["event"]
    search_fields = ["=seq", "=hash"]
