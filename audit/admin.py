from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.admin import TabularInline

from audit.lists import DeskAdmin, known_values
from audit.models import Event, Seal
from audit.shown import link_to, list_of, pretty_json, subject_link


class ReadOnlyAdmin(DeskAdmin):
    """A record to look at: nobody adds, changes or deletes one here, superusers included."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline):
    """Rows to look at under the record they belong to."""

    extra = 0
    can_delete = False
    show_change_link = True
    hide_title = True

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


def logged_kinds() -> list[tuple[str, str]]:
    return [(kind, kind) for kind in Event.objects.kinds()]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    list_display = ["at", "kind", "actor", "speaks_of", "text"]
    list_filter = [known_values("kind", logged_kinds)]
    search_fields = ["kind", "actor", "subject", "text"]
    search_help_text = "signal:12, or words of the newest 20,000"
    exact_search = ("subject",)
    date_hierarchy = "at"
    fields = ["at", "kind", "actor", "speaks_of", "text", "details", "sealed", "others"]

    def get_ordering(self, request: HttpRequest) -> list[str]:
        return ["-at", "-pk"] if "kind" in request.GET else ["-pk"]  # as the indexes have it

    def view_on_site(self, event: Event) -> str:
        return reverse("event", args=[event.pk])

    @admin.display(description="speaks of", ordering="subject")
    def speaks_of(self, event: Event) -> SafeString | str:
        return subject_link(event.subject)

    @admin.display(description="details")
    def details(self, event: Event) -> SafeString | str:
        return pretty_json(event.payload)

    @admin.display(description="seal")
    def sealed(self, event: Event) -> SafeString | str:
        seal = Seal.objects.filter(event=event).first()
        if seal is None:
            return "not yet: beat seals what is new every second"
        return link_to("audit_seal", seal.pk, f"number {seal.seq}, {seal.hash}")

    @admin.display(description="see also")
    def others(self, event: Event) -> SafeString | str:
        if not event.subject:
            return "-"
        return list_of("audit_event", f"All events of {event.subject}", q=event.subject)


@admin.register(Seal)
class SealAdmin(ReadOnlyAdmin):
    list_display = ["seq", "event", "hash", "sealed_at"]
    list_select_related = ["event"]
    search_fields = ["=seq", "=hash"]
    search_help_text = "The number, or the whole hash"
    exact_search = ("seq", "hash")
