"""The operator's console: recipients can be edited, records only read, people decide by actions."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline

from audit.admin import ReadOnlyAdmin
from delivery.forms import PauseForm, RecipientForm
from delivery.hand_sends import HandSendRefused, resend, send_test_message
from delivery.models import Attempt, Delivery, Message, Pause, Post, Recipient
from delivery.pauses import pause, resume
from delivery.recipients import log_recipient, pause_recipient, resume_recipient

ADDRESS_PERMISSION = "delivery.change_recipient"


class ReadOnlyInline(TabularInline):
    """Rows to look at under the record they belong to."""

    extra = 0
    can_delete = False
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    fields = ["recipient", "state", "reason", "sent_at", "delivered_at", "read_at"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        found: QuerySet[Delivery] = super().get_queryset(request)
        return found.select_related("recipient", "message")


class AttemptInline(ReadOnlyInline):
    model = Attempt
    fields = ["at", "outcome", "code", "detail", "post"]


@admin.register(Recipient)
class RecipientAdmin(ModelAdmin):
    form = RecipientForm
    list_display = ["name", "channel", "masked_address", "is_active", "opted_in_at", "opted_out_at"]
    list_filter = ["channel", "is_active", ("opted_out_at", admin.EmptyFieldListFilter)]
    search_fields = ["name"]
    date_hierarchy = "created_at"
    actions = ["send_test", "pause_selected", "resume_selected"]
    fieldsets = [
        (None, {"fields": ["name", "channel", "address", "language", "is_active"]}),
        ("Which signals", {"fields": ["wants_symbol", "wants_strategy", "min_confidence"]}),
        ("Consent", {"fields": ["opted_in_at", "opt_in_source", "opted_out_at"]}),
    ]

    def get_fieldsets(self, request: HttpRequest, obj: Recipient | None = None) -> Any:
        if self._may_see_addresses(request):
            return super().get_fieldsets(request, obj)
        return [(None, {"fields": ["name", "channel", "masked_address", "is_active"]})]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        if not self._may_see_addresses(request):
            return self.list_display
        return ["address" if name == "masked_address" else name for name in self.list_display]

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return ["name", "address"] if self._may_see_addresses(request) else ["name"]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"opted_in_at": timezone.now(), **super().get_changeform_initial_data(request)}

    def save_model(self, request: HttpRequest, obj: Recipient, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        what = "changed" if change else "added"
        log_recipient(what, obj, by=_name(request), now=timezone.now())

    @admin.action(description="Send a test message", permissions=["change"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> None:
        for recipient in queryset:
            try:
                send_test_message(recipient, by=_name(request), now=timezone.now())
            except HandSendRefused as error:
                self.message_user(request, f"{recipient}: {error}", messages.ERROR)
            else:
                self.message_user(request, f"{recipient}: a test message is on its way.")

    @admin.action(description="Pause", permissions=["change"])
    def pause_selected(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> None:
        for recipient in queryset:
            pause_recipient(recipient, by=_name(request), now=timezone.now())
        self.message_user(request, "Paused: nothing is sent to them until you resume them.")

    @admin.action(description="Resume", permissions=["change"])
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> None:
        for recipient in queryset:
            resume_recipient(recipient, by=_name(request), now=timezone.now())
        self.message_user(request, "Resumed: new messages are sent to them again.")

    def _may_see_addresses(self, request: HttpRequest) -> bool:
        return request.user.has_perm(ADDRESS_PERMISSION)


@admin.register(Message)
class MessageAdmin(ReadOnlyAdmin):
    list_display = ["title", "kind", "key", "created_at", "deliver_by"]
    list_filter = ["kind"]
    search_fields = ["=key", "title"]
    date_hierarchy = "created_at"
    inlines = [DeliveryInline]
    actions = ["resend_selected"]

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Who may send by hand: whoever runs the desk."""
        return request.user.has_perm("access.run_desk")

    @admin.action(description="Send once more (REPEAT)", permissions=["send"])
    def resend_selected(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        for message in queryset:
            try:
                repeat = resend(message, by=_name(request), now=timezone.now())
            except HandSendRefused as error:
                self.message_user(request, str(error), messages.ERROR)
            else:
                self.message_user(request, f"{repeat.key} is on its way.")


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ["title", "recipient", "state", "reason", "due_at", "sent_at", "read_at"]
    list_filter = ["state", "recipient__channel", "message__kind"]
    list_select_related = ["message", "recipient"]
    search_fields = ["=message__key", "=public_id", "=post__provider_id", "recipient__name"]
    date_hierarchy = "created_at"
    inlines = [AttemptInline]

    @admin.display(description="message", ordering="message__title")
    def title(self, delivery: Delivery) -> str:
        return delivery.message.title


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "channel", "provider_id", "body_hmac"]
    list_filter = ["channel"]
    search_fields = ["=provider_id", "=body_hmac"]
    date_hierarchy = "created_at"


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ["at", "delivery", "channel", "outcome", "code", "detail"]
    list_filter = ["outcome", "channel", "code"]
    list_select_related = ["delivery__message"]
    search_fields = ["=delivery__message__key", "=code"]
    date_hierarchy = "at"


@admin.register(Pause)
class PauseAdmin(ModelAdmin):
    form = PauseForm
    list_display = ["started_at", "reason", "started_by", "ended_at", "ended_by"]
    list_filter = [("ended_at", admin.EmptyFieldListFilter)]
    search_fields = ["reason", "started_by", "ended_by"]
    date_hierarchy = "started_at"
    actions = ["resume_pushes"]

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Pause, form: Any, change: bool) -> None:
        started = pause(reason=obj.reason, by=_name(request), now=timezone.now())
        obj.pk, obj.started_at = started.pk, started.started_at

    @admin.action(description="Resume pushes", permissions=["add"])
    def resume_pushes(self, request: HttpRequest, queryset: QuerySet[Pause]) -> None:
        ended = resume(by=_name(request), now=timezone.now())
        self.message_user(request, "Pushes go out again." if ended else "Pushes were not stopped.")


def _name(request: HttpRequest) -> str:
    return request.user.get_username()
