"""Page parts that keep themselves fresh: each has its own URL, and 204 while nothing changed."""

from hashlib import sha256
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def fragment(request: HttpRequest, template: str, **shown: Any) -> HttpResponse:
    """The part drawn by `template`, or 204 when the browser has this very version of it.

    The first of `shown` is what the part's `{% live %}` tag takes its version from.
    """
    value = next(iter(shown.values()))
    if request.GET.get("v") == version(value):
        return HttpResponse(status=204)
    return render(request, template, shown)


def frame_for(request: HttpRequest) -> str:
    """A page around the form, or none when htmx asks for it as a dialog."""
    return "dashboard/dialog.html" if "HX-Request" in request.headers else "dashboard/form.html"


def version(part: Any) -> str:
    """A token that changes when anything in `part` does (it holds times, never ages)."""
    return sha256(repr(part).encode()).hexdigest()[:16]
