"""The page anybody may open with a receipt from a message: was it said before its outcome?"""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from access.addresses import counted_address
from access.counters import count, seconds_left
from audit.receipts import tidied
from signals.proofs import Proven, proven

TRIES, WINDOW = 30, 60  # looks a minute from one address
UNKNOWN = "No signal has this code. Compare it with the message, character by character."


class CodeForm(forms.Form):
    """Where a receipt is typed."""

    code = forms.CharField(
        label="Receipt",
        max_length=40,
        widget=forms.TextInput(
            attrs={"placeholder": "ABCD-EFGH-JKMN", "autocomplete": "off", "class": "num"}
        ),
        help_text="The 12 characters on the second line of a message.",
    )


@require_safe
@never_cache
def verify_page(request: HttpRequest) -> HttpResponse:
    """Where a code is typed; one that was leads to its own page."""
    typed = request.GET.get("code", "")
    if tidied(typed):
        return redirect("verify-code", code=tidied(typed))
    form = CodeForm({"code": typed} if typed else None)
    said = "A receipt has 12 letters and digits, as in ABCD-EFGH-JKMN." if typed else ""
    return render(request, "signals/verify.html", {"form": form, "said": said})


@require_safe
@never_cache
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """What is known of the signal with this code."""
    now = timezone.now()
    if count(f"verify:{counted_address(request)}", now=now, window=WINDOW) > TRIES:
        answer = _page(request, code, said="Too many looks from here: wait a minute.", status=429)
        answer["Retry-After"] = str(int(seconds_left(now=now, window=WINDOW)) + 1)
        return answer
    found = proven(code)
    if found is None:
        return _page(request, code, said=UNKNOWN, status=404)
    return _page(request, code, found=found)


def _page(
    request: HttpRequest,
    code: str,
    *,
    said: str = "",
    found: Proven | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": CodeForm({"code": code[:40]}), "said": said, "found": found}
    return render(request, "signals/verify.html", context, status=status)
