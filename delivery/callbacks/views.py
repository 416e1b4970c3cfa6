"""Where providers call: prove who is calling, store the body, answer; work comes after.

The only views without a CSRF token: the callers are machines, and each one signs or shows a secret.
"""

import hmac

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from access.errors import error_body
from access.methods import only
from access.refusals import log_refusal
from delivery.callbacks.store import act_on, keep, says_words
from delivery.callbacks.whatsapp import is_signed
from delivery.waking import READ_CALLBACKS, wake

MOST_BYTES = 1_048_576  # one callback of Meta carries up to 1,000 reports


@only("GET", "POST")
def whatsapp(request: HttpRequest) -> HttpResponse:
    """GET: Meta's challenge when the webhook is set up. POST: a signed callback."""
    if request.method == "GET":
        return _challenge(request)
    body = _body(request)
    if body is None:
        return _too_large()
    signature = request.headers.get("X-Hub-Signature-256", "")
    if not is_signed(body, signature, secret=settings.WHATSAPP_APP_SECRET):
        return _refused(request, "The signature is missing or wrong; check WHATSAPP_APP_SECRET.")
    return _taken("whatsapp", body)


@only("POST")
def telegram(request: HttpRequest) -> HttpResponse:
    """An update of the bot, with the secret that was given to setWebhook."""
    shown = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    if not _is_secret(shown, settings.TELEGRAM_WEBHOOK_SECRET):
        return _refused(request, "The secret is missing or wrong; check TELEGRAM_WEBHOOK_SECRET.")
    body = _body(request)
    return _too_large() if body is None else _taken("telegram", body)


def _taken(channel: str, body: bytes) -> HttpResponse:
    """Stored. What people wrote is acted on before the answer: a STOP must not wait."""
    now = timezone.now()
    callback = keep(channel, body, now=now)
    if callback.processed_at is None and says_words(callback):
        act_on(callback, now=now)
    elif callback.processed_at is None:
        wake(READ_CALLBACKS)
    return HttpResponse("ok", content_type="text/plain")


def _challenge(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    is_ours = _is_secret(asked.get("hub.verify_token", ""), settings.WHATSAPP_VERIFY_TOKEN)
    if not is_ours or asked.get("hub.mode") != "subscribe":
        return _refused(request, "The verify token is wrong; check WHATSAPP_VERIFY_TOKEN.")
    return HttpResponse(asked.get("hub.challenge", ""), content_type="text/plain")


def _is_secret(shown: str, secret: str) -> bool:
    """Whether the caller knows `secret`; nobody does while none is set."""
    return bool(secret) and hmac.compare_digest(
        shown.encode(errors="replace"), secret.encode(errors="replace")
    )


def _body(request: HttpRequest) -> bytes | None:
    """The raw bytes, which the signature is over; None when there are too many."""
    body = request.read(MOST_BYTES + 1)
    return None if len(body) > MOST_BYTES else body


def _refused(request: HttpRequest, message: str) -> HttpResponse:
    log_refusal(
        request,
        kind="callback.refused",
        text=f"{request.method} {request.path} refused: {message}",
        actor="anonymous",
        code="NOT_THE_PROVIDER",
        now=timezone.now(),
    )
    return JsonResponse(error_body("NOT_THE_PROVIDER", message), status=403)


def _too_large() -> HttpResponse:
    message = f"More than {MOST_BYTES} bytes: send it in smaller pieces."
    return JsonResponse(error_body("BODY_TOO_LARGE", message), status=413)
