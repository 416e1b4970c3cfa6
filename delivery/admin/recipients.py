"""Recipients: who is reached, what each wants, and what staff do for them."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Q
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from unfold.decorators import display

from audit.shown import list_of, side_by_side
from delivery.admin.base import YesNoFilter, may_see_addresses, name_of, with_addresses
from delivery.admin.recipient_actions import RecipientActions
from delivery.admin.recipient_files import RecipientFiles
from delivery.erasure import erase_history
from delivery.forms import RecipientForm
from delivery.models import Recipient
from delivery.recipient_edits import record_opt_in, record_opt_out, save_recipient
from delivery.recipients import log_recipient

WISHES = ["wants_symbol", "wants_strategy", "min_confidence", "gets_results", "gets_alerts"]
STATE_COLOURS = {"Active": "success", "Paused": "warning", "Opted out": "danger"}
KEPT = (
    "{} was sent messages, and the record of them stays, so the row cannot be deleted. "
    "To erase who this is, choose Forget this person in the list."
)


class OptedOutFilter(YesNoFilter):
    title = "opted out"
    parameter_name = "opted_out"
    yes = Q(opted_out_at__isnull=False)


class ProblemFilter(YesNoFilter):
    title = "has a problem"
    parameter_name = "problem"
    yes = ~Q(problem="")


@admin.register(Recipient)
class RecipientAdmin(RecipientFiles, RecipientActions):
    form = RecipientForm
    list_display = [
        "name",
        "channel",
        "masked_address",
        "state_label",
        "wanted",
        "quiet_hours",
        "alerts",
        "results",
        "problem",
    ]
    list_filter = [
        "channel",
        "is_active",
        OptedOutFilter,
        "gets_alerts",
        "gets_results",
        ProblemFilter,
    ]
    search_help_text = "A name or a phone number"
    readonly_fields = ["others", "opted_out_at", "problem", "last_inbound_at", "provider_address"]

    def get_fieldsets(self, request: HttpRequest, obj: Recipient | None = None) -> Any:
        if obj is not None and obj.is_erased:
            return [(None, {"fields": ["name", "channel", "state_label", "opted_out_at"]})]
        if not may_see_addresses(request):
            shown = ["name", "channel", "masked_address", "state_label", "wanted", "quiet_hours"]
            return [(None, {"fields": shown})]
        sets: list[Any] = [
            (None, {"fields": ["name", "channel", "address", "language", "is_active"]}),
            ("Which messages", {"fields": WISHES}),
            ("Quiet hours", {"fields": ["quiet_from", "quiet_until", "time_zone"]}),
            ("Consent", {"fields": _consent_fields(obj)}),
        ]
        if obj is not None:
            learnt = ["problem", "last_inbound_at", "provider_address"]
            sets.append(("What the desk has seen", {"fields": [*learnt, "others"]}))
        return sets

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return with_addresses(self.list_display, request)

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return ["name", "address"] if may_see_addresses(request) else ["name"]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Without deleting by the dozen: who was sent something is forgotten, not deleted."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found

    def has_change_permission(self, request: HttpRequest, obj: Recipient | None = None) -> bool:
        is_erased = obj is not None and obj.is_erased
        return super().has_change_permission(request, obj) and not is_erased

    @admin.display(description="see also")
    def others(self, recipient: Recipient) -> SafeString:
        theirs = {"recipient__id__exact": recipient.pk}
        return side_by_side(
            list_of("delivery_delivery", "Deliveries", **theirs),
            list_of("delivery_consent", "Consent log", **theirs),
            list_of("delivery_inbound", "What they wrote", **theirs),
        )

    @display(description="state", label=STATE_COLOURS)
    def state_label(self, recipient: Recipient) -> str:
        if recipient.is_erased:
            return "Erased"
        if recipient.opted_out_at:
            return "Opted out"
        return "Active" if recipient.is_active else "Paused"

    @admin.display(description="wants")
    def wanted(self, recipient: Recipient) -> str:
        least = recipient.min_confidence
        lists = [", ".join(values) for values in recipient.wants.values() if values]
        return "; ".join(lists + ([f"from {least:.2f}"] if least else [])) or "everything"

    @admin.display(description="quiet hours")
    def quiet_hours(self, recipient: Recipient) -> str:
        if recipient.quiet_from is None or recipient.quiet_until is None:
            return "-"
        hours = f"{recipient.quiet_from:%H:%M} to {recipient.quiet_until:%H:%M}"
        return f"{hours} {recipient.time_zone}"

    @admin.display(description="alerts", ordering="gets_alerts")
    def alerts(self, recipient: Recipient) -> str:
        return "yes" if recipient.gets_alerts else "-"

    @admin.display(description="results", ordering="gets_results")
    def results(self, recipient: Recipient) -> str:
        return "yes" if recipient.gets_results else "-"

    def save_model(self, request: HttpRequest, obj: Recipient, form: Any, change: bool) -> None:
        by, now = name_of(request), timezone.now()
        save_recipient(obj, by=by, now=now)
        if words := form.cleaned_data.get("asked_to_stop"):
            record_opt_out(obj, source=words, by=by, now=now)
        if words := form.cleaned_data.get("agreed_again"):
            record_opt_in(obj, source=words, by=by, now=now)

    def delete_model(self, request: HttpRequest, obj: Recipient) -> None:
        log_recipient("deleted", obj, by=name_of(request), now=timezone.now())
        erase_history(obj)
        super().delete_model(request, obj)

    def delete_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> Any:
        """The usual question, or where to go instead when there is a record to keep."""
        recipient = self.get_object(request, object_id)
        if recipient is not None and recipient.deliveries.exists():
            self.message_user(request, KEPT.format(recipient.name), messages.WARNING)
            return redirect("admin:delivery_recipient_change", object_id)
        return super().delete_view(request, object_id, *args, **kwargs)


def _consent_fields(recipient: Recipient | None) -> list[str]:
    fields = ["opted_in_at", "opt_in_source"]
    if recipient is None:
        return fields
    return [*fields, "opted_out_at", "agreed_again" if recipient.opted_out_at else "asked_to_stop"]
