"""What was said to whom and what became of it: to read, and to decide where the desk cannot."""

from functools import partial
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display

from audit.admin import ReadOnlyAdmin, ReadOnlyInline
from audit.shown import listed, subject_link
from delivery.admin.base import RUN_DESK, YesNoFilter, name_of, tell_each
from delivery.admin.message_list import MessageList
from delivery.hand_sends import resend
from delivery.models import Attempt, Delivery, Message, Post, ProviderStatus
from delivery.resolving import resolve_arrived, resolve_send_again
from delivery.wording import reason_text

STATE_COLOURS = {
    "pending": "info",
    "claimed": "info",
    "sending": "info",
    "sent": "success",
    "delivered": "success",
    "read": "success",
    "uncertain": "warning",
    "failed": "danger",
}  # expired and cancelled stay grey


class DecisionFilter(YesNoFilter):
    title = "needs a decision"
    parameter_name = "undecided"
    yes = Q(state=Delivery.State.UNCERTAIN)


class DeliveryInline(ReadOnlyInline):
    model = Delivery
    fields = ["recipient", "state", "why", "sent_at", "delivered_at", "read_at"]
    readonly_fields = ["why"]

    @admin.display(description="why")
    def why(self, delivery: Delivery) -> str:
        return reason_text(delivery.reason) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        found: QuerySet[Delivery] = super().get_queryset(request)
        return found.select_related("recipient", "message")


class AttemptInline(ReadOnlyInline):
    model = Attempt
    fields = ["at", "outcome", "code", "detail", "post"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Attempt]:
        found: QuerySet[Attempt] = super().get_queryset(request)
        return found.select_related("post")


class StatusInline(ReadOnlyInline):
    model = ProviderStatus
    fields = ["at", "status", "code", "detail"]


class ActedOnAdmin(ReadOnlyAdmin):
    """Records on which whoever runs the desk may act."""

    def has_run_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RUN_DESK)


@admin.register(Message)
class MessageAdmin(ActedOnAdmin):
    list_display = ["title", "kind", "came_of_it", "created_at", "deliver_by"]
    list_filter = ["kind"]
    search_fields = ["title", "text"]
    search_help_text = "signal:12, or words of the newest 20,000"
    exact_search = ("key",)
    date_hierarchy = "created_at"
    inlines = [DeliveryInline]
    actions = ["resend_selected"]
    fieldsets = [
        (None, {"fields": ["title", "text", "kind", "about", "key", "replies_to"]}),
        ("Times", {"fields": ["created_at", "deliver_by", "valid_until"]}),
        ("For programs", {"fields": ["values", "tagged"]}),
    ]

    def view_on_site(self, message: Message) -> str:
        return reverse("message", args=[message.pk])

    @admin.display(description="about")
    def about(self, message: Message) -> SafeString | str:
        return subject_link(message.key)

    @admin.display(description="values")
    def values(self, message: Message) -> SafeString | str:
        return listed(message.fields) if message.fields else "-"

    @admin.display(description="tags")
    def tagged(self, message: Message) -> SafeString | str:
        return listed(message.tags) if message.tags else "-"

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[MessageList]:
        return MessageList

    @admin.display(description="outcome")
    def came_of_it(self, message: Any) -> str:
        return str(message.tally)

    @admin.action(description="Send once more (REPEAT)", permissions=["run"])
    def resend_selected(
        self, request: HttpRequest, queryset: QuerySet[Message]
    ) -> TemplateResponse | None:
        """Ask first: what is chosen may be long over."""
        if "confirmed" not in request.POST:
            context = {"title": "Send once more?", "rows": queryset, "opts": self.opts}
            frame = self.admin_site.each_context(request)
            return TemplateResponse(request, "delivery/resend.html", {**frame, **context})
        again = partial(resend, by=name_of(request), now=timezone.now())
        tell_each(self, request, queryset, lambda row: f"{again(row).key} is on its way.")
        return None


@admin.register(Delivery)
class DeliveryAdmin(ActedOnAdmin):
    list_display = ["title", "recipient", "state_label", "why", "due_at", "sent_at", "read_at"]
    list_filter = [DecisionFilter, "state", "is_held", "recipient__channel", "message__kind"]
    list_select_related = ["message", "recipient"]
    search_fields = ["recipient__name", "message__title"]
    search_help_text = "signal:12, an id, a name, a symbol"
    exact_search = ("message__key", "public_id", "post__provider_id")
    date_hierarchy = "created_at"
    inlines = [AttemptInline]
    actions = ["it_arrived", "send_again"]
    change_form_outer_before_template = "delivery/decide.html"
    fieldsets = [
        (None, {"fields": ["message", "about", "text", "recipient", "state", "why"]}),
        (
            "Times",
            {
                "fields": [
                    "created_at",
                    "due_at",
                    "held",
                    "deliver_by",
                    "sending_at",
                    "sent_at",
                    "delivered_at",
                    "read_at",
                ]
            },
        ),
        ("Post", {"fields": ["attempts_made", "post", "template", "public_id"]}),
    ]

    def view_on_site(self, delivery: Delivery) -> str:
        return reverse("message", args=[delivery.message_id])

    @admin.display(description="about")
    def about(self, delivery: Delivery) -> SafeString | str:
        return subject_link(delivery.message.key)

    @admin.display(description="message", ordering="message__title")
    def title(self, delivery: Delivery) -> str:
        return delivery.message.title

    @admin.display(description="why", ordering="reason")
    def why(self, delivery: Delivery) -> str:
        return reason_text(delivery.reason) or "-"

    @admin.display(description="text")
    def text(self, delivery: Delivery) -> str:
        return delivery.message.text

    @admin.display(description="held by quiet hours")
    def held(self, delivery: Delivery) -> str:
        return "yes" if delivery.is_held else "no"

    @admin.display(description="as a template")
    def template(self, delivery: Delivery) -> str:
        return "yes, the free text was refused" if delivery.as_template else "no"

    @display(description="state", ordering="state", label=STATE_COLOURS)
    def state_label(self, delivery: Delivery) -> tuple[str, str]:
        return delivery.state, delivery.get_state_display()

    @admin.action(description="It arrived", permissions=["run"])
    def it_arrived(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        by, now = name_of(request), timezone.now()

        def settle(row: Delivery) -> str:
            resolve_arrived(row, by=by, now=now)
            return f"{row.message.title} to {row.recipient.name} counts as sent."

        tell_each(self, request, queryset, settle)

    @admin.action(description="Send again (it may arrive twice)", permissions=["run"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        by, now = name_of(request), timezone.now()

        def settle(row: Delivery) -> str:
            resolve_send_again(row, by=by, now=now)
            return f"{row.message.title} to {row.recipient.name} is on its way again."

        tell_each(self, request, queryset, settle)


@admin.register(Post)
class PostAdmin(ReadOnlyAdmin):
    list_display = ["created_at", "channel", "provider_id", "body_hmac"]
    list_filter = ["channel"]
    search_fields = ["=provider_id", "=body_hmac"]
    search_help_text = "The provider's id, or the body's HMAC"
    exact_search = ("provider_id",)
    inlines = [DeliveryInline, StatusInline]


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    list_display = ["at", "delivery", "channel", "outcome_label", "code", "detail"]
    list_filter = ["outcome", "channel"]
    list_select_related = ["delivery__message"]
    search_fields = ["=code", "detail"]
    search_help_text = "signal:12, a code, or words of the answer"
    exact_search = ("delivery__message__key",)

    @display(
        description="outcome",
        ordering="outcome",
        label={"accepted": "success", "refused": "danger", "unknown": "warning"},
    )
    def outcome_label(self, attempt: Attempt) -> tuple[str, str]:
        return attempt.outcome, attempt.get_outcome_display()
