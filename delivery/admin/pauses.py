"""The kill switch: pulled with a reason, released from the list."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit.lists import DeskAdmin
from delivery.admin.base import name_of
from delivery.models import Pause
from delivery.pause_forms import PauseForm
from delivery.pauses import pause, resume


@admin.register(Pause)
class PauseAdmin(DeskAdmin):
    form = PauseForm
    list_display = ["started_at", "reason", "started_by", "ended_at", "ended_by"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["reason", "started_by", "ended_by"]
    search_help_text = "Words of the reason, or who"
    date_hierarchy = "started_at"
    actions = ["resume_pushes"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Pause, form: Any, change: bool) -> None:
        started = pause(reason=obj.reason, by=name_of(request), now=timezone.now())
        obj.pk, obj.started_at = started.pk, started.started_at

    @admin.action(description="Resume pushes", permissions=["add"])
    def resume_pushes(self, request: HttpRequest, queryset: QuerySet[Pause]) -> None:
        ended = resume(by=name_of(request), now=timezone.now())
        self.message_user(request, "Pushes go out again." if ended else "Pushes were not stopped.")
