"""What staff do for recipients with a click; each is logged with who did it."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from unfold.decorators import action

from audit.lists import DeskAdmin
from audit.log import log_event
from delivery.admin.base import may_see_addresses, name_of, tell_each
from delivery.erasure import forget_recipient
from delivery.hand_sends import send_test_message
from delivery.models import Recipient
from delivery.recipients import pause_recipient, resume_recipient
from delivery.signing import rotate_secret, shown_secret, signing_keys


class RecipientActions(DeskAdmin):
    """Of the list, and the one button above a webhook's form."""

    actions = ["send_test", "pause_selected", "resume_selected", "forget_selected"]
    actions_detail = ["signing_secret"]

    def has_secret_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        """Who may read the secret of this recipient; nobody where nothing is signed."""
        recipient = self.get_object(request, str(object_id)) if object_id else None
        return (
            may_see_addresses(request)
            and recipient is not None
            and bool(signing_keys(recipient, now=timezone.now()))
        )

    @admin.action(description="Send a test message", permissions=["change"])
    def send_test(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> None:
        by, now = name_of(request), timezone.now()

        def send(recipient: Recipient) -> str:
            send_test_message(recipient, by=by, now=now)
            return f"{recipient}: a test message is on its way."

        tell_each(self, request, queryset, send)

    @admin.action(description="Pause", permissions=["change"])
    def pause_selected(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> None:
        for recipient in queryset:
            pause_recipient(recipient, by=name_of(request), now=timezone.now())
        self.message_user(request, "Paused: nothing is sent to them until you resume them.")

    @admin.action(description="Resume", permissions=["change"])
    def resume_selected(self, request: HttpRequest, queryset: QuerySet[Recipient]) -> None:
        for recipient in queryset:
            resume_recipient(recipient, by=name_of(request), now=timezone.now())
        self.message_user(request, "Resumed: new messages are sent to them again.")
        for recipient in queryset.exclude(opted_out_at=None):
            text = f"{recipient} opted out and is sent nothing until they agree again."
            self.message_user(request, text, messages.WARNING)

    @admin.action(description="Forget this person", permissions=["delete"])
    def forget_selected(
        self, request: HttpRequest, queryset: QuerySet[Recipient]
    ) -> HttpResponse | None:
        """Ask first: this cannot be undone."""
        if "confirmed" not in request.POST:
            context = {"title": "Forget these people?", "recipients": queryset}
            return self._page(request, "delivery/forget.html", context)
        for recipient in queryset:
            forget_recipient(recipient, by=name_of(request), now=timezone.now())
        self.message_user(request, "Erased: only what was sent when is left, under a number.")
        return None

    @action(description="Signing secret", url_path="secret", permissions=["secret"])
    def signing_secret(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the secret that signs this webhook, or make a new one; both are logged."""
        recipient = Recipient.objects.get(pk=object_id)
        if request.method == "POST":
            rotate_secret(recipient, by=name_of(request), now=timezone.now())
            return redirect("admin:delivery_recipient_signing_secret", object_id)
        log_event(
            "recipient.secret_shown",
            at=timezone.now(),
            actor=name_of(request),
            subject=f"recipient:{recipient.pk}",
            text=f"The signing secret of recipient {recipient.pk} was shown.",
        )
        context = {
            "title": "Signing secret",
            "recipient": recipient,
            "secret": shown_secret(recipient),
            "both_sign": len(signing_keys(recipient, now=timezone.now())) > 1,
        }
        return never_cache(self._page)(request, "delivery/secret.html", context)

    def _page(
        self, request: HttpRequest, template: str, context: dict[str, Any]
    ) -> TemplateResponse:
        frame = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**frame, **context})
