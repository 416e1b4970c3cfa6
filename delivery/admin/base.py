"""What the pages of this app share: who asks, what he may see, rows only to look at."""

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from delivery.hand_sends import HandSendRefused

ADDRESS_PERMISSION = "delivery.change_recipient"
RUN_DESK = "access.run_desk"


def name_of(request: HttpRequest) -> str:
    """Who asks, as the log names him."""
    return request.user.get_username()


def may_see_addresses(request: HttpRequest) -> bool:
    """Whole phone numbers are for those who may edit recipients."""
    return request.user.has_perm(ADDRESS_PERMISSION)


def with_addresses(names: Sequence[str], request: HttpRequest) -> list[str]:
    """`names` of columns or fields, with the address in place of its masked form if allowed."""
    if not may_see_addresses(request):
        return list(names)
    return ["address" if name == "masked_address" else name for name in names]


def tell_each(
    page: admin.ModelAdmin[Any],
    request: HttpRequest,
    rows: QuerySet[Any],
    act: Callable[[Any], str],
) -> None:
    """Do `act` to each row and say what came of it, a refusal included."""
    for row in rows:
        try:
            page.message_user(request, act(row))
        except HandSendRefused as refusal:
            page.message_user(request, f"{row}: {refusal}", messages.ERROR)


class YesNoFilter(admin.SimpleListFilter):
    """A filter that asks one question about the rows."""

    yes: ClassVar[Q]

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Yes"), ("no", "No")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "yes":
            return queryset.filter(self.yes)
        return queryset.exclude(self.yes) if self.value() == "no" else queryset
