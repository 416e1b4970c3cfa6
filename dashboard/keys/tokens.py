"""Refresh tokens of everybody, for staff: who is signed in with a script, and how that ends."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from access.fragments import frame_for
from access.pages import staff_required
from access.refresh_tokens import ActiveToken, revoke_token, revoke_tokens_of


@dataclass(frozen=True)
class Person:
    """Somebody and their tokens on this page, newest first."""

    username: str
    user_id: int
    role: str
    tokens: tuple[ActiveToken, ...]


def by_person(tokens: Iterable[ActiveToken]) -> tuple[Person, ...]:
    """`tokens` gathered by whose they are, in the order of each person's newest."""
    held: dict[int, list[ActiveToken]] = {}
    for token in tokens:
        held.setdefault(token.user_id, []).append(token)
    return tuple(
        Person(own[0].username, own[0].user_id, own[0].role, tuple(own)) for own in held.values()
    )


@require_http_methods(["GET", "POST"])
@staff_required
def revoke_token_view(request: HttpRequest, token_id: int) -> HttpResponse:
    """Ask, then end one refresh token."""
    if request.method == "POST":
        by, now = request.user.get_username(), timezone.now()
        name = revoke_token(token_id, by=by, now=now)
        text = f"The refresh token of {name} is revoked." if name else "It did not work any more."
        messages.info(request, text)
        return redirect("keys")
    return _ask(request, what="this refresh token")


@require_http_methods(["GET", "POST"])
@staff_required
def revoke_tokens_view(request: HttpRequest, user_id: int) -> HttpResponse:
    """Ask, then end every refresh token of one person."""
    user = get_object_or_404(User, pk=user_id)
    if request.method == "POST":
        count = revoke_tokens_of(user, by=request.user.get_username(), now=timezone.now())
        messages.info(request, f"Refresh tokens of {user.get_username()} revoked: {count}.")
        return redirect("keys")
    return _ask(request, what=f"all refresh tokens of {user.get_username()}")


def _ask(request: HttpRequest, *, what: str) -> HttpResponse:
    context = {"frame": frame_for(request), "what": what, "back": "keys"}
    return render(request, "access/revoke_token.html", context)
