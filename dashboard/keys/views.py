"""The page Keys: who may come in by script, and whether the desk's own accounts work."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from access.fragments import frame_for
from access.keys import change_key, create_key
from access.models import ApiKey, Scope
from access.pages import staff_required
from access.refresh_tokens import token_page
from dashboard.keys.api_keys import KeyForm, key_list
from dashboard.keys.catalog import DESK, described
from dashboard.keys.channels import connections
from dashboard.keys.feeds import feed_accounts
from dashboard.keys.first_calls import first_call
from dashboard.keys.tokens import by_person


@require_GET
@staff_required
def keys_page(request: HttpRequest) -> HttpResponse:
    """API keys, refresh tokens, and the accounts with providers."""
    now = timezone.now()
    before = request.GET.get("before", "")
    is_number = before.isdecimal() and len(before) < 19
    page = token_page(now=now, before=int(before) if is_number else None)
    context = {
        "keys": key_list(now=now),
        "people": by_person(page.tokens),
        "older": page.older,
        "connections": connections(today=now.date()),
        "feeds": feed_accounts(now=now),
        "own": described(DESK),
        "public_api": settings.PUBLIC_API,
    }
    return render(request, "dashboard/keys/keys.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
@staff_required
def new_key_view(request: HttpRequest) -> HttpResponse:
    """Ask what a key is for; its text is on the answer to this post and nowhere else."""
    form = KeyForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        context = {"form": form, "frame": frame_for(request)}
        return render(request, "dashboard/keys/new.html", context)
    if form.is_repeated():
        messages.info(request, "This key was made already, and its text is not shown again.")
        return redirect("keys")
    return _made(request, form)


def _made(request: HttpRequest, form: KeyForm) -> HttpResponse:
    now, asked = timezone.now(), form.cleaned_data
    key, text = create_key(
        name=asked["name"],
        scopes=asked["scopes"],
        expires_at=form.expires_at(now),
        by=request.user.get_username(),
        now=now,
    )
    context = {
        "key": key,
        "text": text,
        "call": first_call(text, key.scopes, base_url=settings.PUBLIC_BASE_URL),
        "scopes": [Scope(scope).label for scope in key.scopes],
    }
    return render(request, "dashboard/keys/made.html", context)


@require_http_methods(["GET", "POST"])
@staff_required
def revoke_key_view(request: HttpRequest, prefix: str) -> HttpResponse:
    """Ask, then end a key for good."""
    key = get_object_or_404(ApiKey, prefix=prefix)
    if request.method == "POST":
        if not key.revoked:
            key.revoked = True
            change_key(key, by=request.user.get_username(), now=timezone.now())
        messages.success(request, f"The key {key.name} is revoked: it opens nothing any more.")
        return redirect("keys")
    context = {"key": key, "frame": frame_for(request)}
    return render(request, "dashboard/keys/revoke.html", context)
