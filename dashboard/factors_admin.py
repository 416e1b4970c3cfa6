"""Accounts in Admin: who has a second factor, and taking it from somebody who has lost it."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from access.factors.reading import PROVING
from access.factors.store import remove_all_factors
from audit.lists import DeskAdmin


class FactorActions(DeskAdmin):
    """What the list of accounts shows and does about second factors; never a secret."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        own = Authenticator.objects.filter(user_id=OuterRef("pk"), type__in=PROVING)
        accounts: QuerySet[Any] = super().get_queryset(request).annotate(has_factor=Exists(own))
        return accounts

    @admin.display(description="Second factor", boolean=True)
    def second_factor(self, user: Any) -> bool:
        return bool(user.has_factor)

    @admin.action(description="Remove second factors", permissions=["change"])
    def remove_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> HttpResponse | None:
        """Ask first: the password alone lets these people in then."""
        if "confirmed" not in request.POST:
            context = {
                **self.admin_site.each_context(request),
                "title": "Remove second factors?",
                "users": queryset,
                "opts": self.model._meta,
            }
            return TemplateResponse(request, "dashboard/remove_factors.html", context)
        by, now = request.user.get_username(), timezone.now()
        removed = sum(remove_all_factors(user, by=by, now=now) for user in queryset)
        self.message_user(request, f"Second factors removed: {removed}.")
        return None
