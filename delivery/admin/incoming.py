"""What providers and people said back: only to read, addresses masked for readers."""

from typing import Any

from django.contrib import admin
from django.db.models import Q
from django.http import HttpRequest
from unfold.decorators import display

from audit.admin import ReadOnlyAdmin
from audit.lists import as_they_are, known_values
from delivery.admin.base import YesNoFilter, may_see_addresses, with_addresses
from delivery.callbacks.keywords import Command
from delivery.callbacks.whatsapp import STATUSES
from delivery.models import Callback, Consent, Inbound, ProviderStatus
from delivery.phones import mask_address


class WithAddress(ReadOnlyAdmin):
    """Rows that hold somebody's address and words."""

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return with_addresses(self.list_display, request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return with_addresses(self.fields, request)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return ["=address", "recipient__name"] if may_see_addresses(request) else []

    @admin.display(description="address")
    def masked_address(self, row: Inbound | Consent) -> str:
        return mask_address(row.address)


@admin.register(Inbound)
class InboundAdmin(WithAddress):
    list_display = ["received_at", "channel", "recipient", "masked_address", "command", "answered"]
    fields = [
        "received_at",
        "channel",
        "recipient",
        "masked_address",
        "command",
        "text",
        "answered_at",
        "provider_id",
    ]
    list_filter = [
        "channel",
        known_values("command", as_they_are(Command)),
    ]
    list_select_related = ["recipient"]
    search_help_text = "A name, or the whole address"

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = super().get_fields(request, obj)
        return shown if may_see_addresses(request) else [name for name in shown if name != "text"]

    @admin.display(description="answered", ordering="answered_at")
    def answered(self, inbound: Inbound) -> str:
        if not inbound.command:
            return "-"
        return "yes" if inbound.answered_at else "not yet"


@admin.register(Consent)
class ConsentAdmin(WithAddress):
    list_display = ["at", "action_label", "recipient", "channel", "masked_address", "source"]
    fields = ["at", "action", "recipient", "channel", "masked_address", "source"]
    list_filter = ["action", "channel"]
    list_select_related = ["recipient"]
    search_help_text = "A name, or the whole address"

    @display(
        description="what", ordering="action", label={"opt_in": "success", "opt_out": "warning"}
    )
    def action_label(self, consent: Consent) -> tuple[str, str]:
        return consent.action, consent.get_action_display()


class WaitingFilter(YesNoFilter):
    title = "acted on"
    parameter_name = "processed"
    yes = Q(processed_at__isnull=False)


@admin.register(Callback)
class CallbackAdmin(ReadOnlyAdmin):
    list_display = ["received_at", "channel", "processed_at", "error"]
    list_filter = ["channel", WaitingFilter]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        shown = ["received_at", "channel", "processed_at", "error", "digest"]
        return [*shown, "body"] if may_see_addresses(request) else shown


@admin.register(ProviderStatus)
class ProviderStatusAdmin(ReadOnlyAdmin):
    list_display = ["at", "channel", "status", "code", "detail", "post"]
    list_filter = ["channel", known_values("status", as_they_are(STATUSES))]
    list_select_related = ["post"]
    search_fields = ["=provider_id", "=code"]
    search_help_text = "The provider's id, or a code"
    exact_search = ("post__provider_id",)
