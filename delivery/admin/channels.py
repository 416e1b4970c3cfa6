"""How each provider's account does, and what is wrong with the desk."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from unfold.decorators import action, display

from audit.admin import ReadOnlyAdmin
from audit.lists import DeskAdmin
from delivery.admin.base import RUN_DESK, YesNoFilter, name_of
from delivery.channel_states import pause_channel, resume_channel
from delivery.models import Alarm, ChannelState
from delivery.pause_forms import ChannelPauseForm


@admin.register(ChannelState)
class ChannelStateAdmin(DeskAdmin):
    """Add is "pause a channel"; a channel without a row never had anything to send."""

    form = ChannelPauseForm
    list_display = ["channel", "state_label", "paused_at", "why", "next_try", "errors_in_row"]
    actions = ["resume_selected"]
    actions_list = ["pause_one"]
    fields = ["channel", "state_label", "paused_at", "why", "next_try", "errors_in_row", "free_at"]

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return self.fields if obj else ["channel", "reason"]

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RUN_DESK)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.has_run_permission(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    @display(
        description="state", ordering="paused_at", label={"Open": "success", "Paused": "danger"}
    )
    def state_label(self, state: ChannelState) -> str:
        return "Paused" if state.paused_at else "Open"

    @admin.display(description="why")
    def why(self, state: ChannelState) -> str:
        return state.reason or "-"

    @admin.display(description="next try", ordering="probe_at")
    def next_try(self, state: ChannelState) -> str:
        if state.paused_at is None:
            return "-"
        return f"{state.probe_at:%d %b %H:%M:%S} UTC" if state.probe_at else "when you resume it"

    def save_model(self, request: HttpRequest, obj: ChannelState, form: Any, change: bool) -> None:
        by, now = name_of(request), timezone.now()
        pause_channel(
            obj.channel, code="by_hand", reason=obj.reason, probe_after=None, by=by, now=now
        )
        obj.pk = ChannelState.objects.get(channel=obj.channel).pk

    @action(description="Pause a channel", url_path="pause", permissions=["run"], icon="pause")
    def pause_one(self, request: HttpRequest) -> HttpResponse:
        """Where the reason is asked for."""
        return redirect("admin:delivery_channelstate_add")

    @admin.action(description="Resume", permissions=["run"])
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[ChannelState]) -> None:
        for state in queryset:
            resumed = resume_channel(state.channel, by=name_of(request), now=timezone.now())
            self.message_user(request, f"{state} {'sends again' if resumed else 'was open'}.")


class OpenAlarmFilter(YesNoFilter):
    title = "still open"
    parameter_name = "open"
    yes = Q(closed_at=None)


@admin.register(Alarm)
class AlarmAdmin(ReadOnlyAdmin):
    list_display = ["opened_at", "state_label", "title", "text", "seen_at", "closed_at"]
    list_filter = [OpenAlarmFilter]
    list_select_related = ["told"]
    search_fields = ["key", "title", "text"]
    search_help_text = "Words of the alarm"
    date_hierarchy = "opened_at"
    fields = ["title", "text", "state_label", "opened_at", "seen_at", "closed_at", "told", "key"]

    @display(description="state", ordering="closed_at", label={"Open": "danger", "Over": "success"})
    def state_label(self, alarm: Alarm) -> str:
        return "Over" if alarm.closed_at else "Open"
