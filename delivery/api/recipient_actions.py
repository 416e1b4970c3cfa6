"""What staff do for one recipient, for scripts: opt out and in, pause, forget, a new secret."""

from collections.abc import Callable
from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from access.errors import DeskError
from access.idempotency import once_per_key
from access.permissions import only_people_with
from access.sent import Sent, read_body
from access.throttles import WriteThrottle
from access.values import Switch
from delivery.api.recipient_shapes import RecipientDetail
from delivery.api.recipients import MayChange
from delivery.api.refusals import CONFLICT, refusals_as_conflicts
from delivery.erasure import forget_recipient, require_known
from delivery.models import Recipient
from delivery.recipient_edits import record_opt_in, record_opt_out
from delivery.recipients import pause_recipient, resume_recipient
from delivery.signing import BOTH_SECRETS_FOR, rotate_secret, signing_keys

MayForget = only_people_with("delivery.delete_recipient")
FOR_GOOD = "This cannot be undone. Send confirm: true if you want to forget this person."
UNSIGNED = "Nothing is signed on this channel: only webhooks have a signing secret."


class HowIn(Sent):
    how = serializers.CharField(max_length=120, help_text="For example: phoned on 3 May.")


class OptOut(APIView):
    """They want nothing any more: what waits is cancelled, nothing is sent, not even by hand."""

    permission_classes = [MayChange]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="opt_out_recipient",
        tags=["delivery"],
        request=HowIn,
        responses=RecipientDetail,
    )
    @once_per_key
    def post(self, request: Request, recipient_id: int) -> Response:
        how = read_body(HowIn, request)["how"]
        return _done(recipient_id, record_opt_out, request, source=how)


class OptIn(APIView):
    """They opted out and agreed again, as `how` says; changes nothing for anybody else."""

    permission_classes = [MayChange]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="opt_in_recipient", tags=["delivery"], request=HowIn, responses=RecipientDetail
    )
    @once_per_key
    def post(self, request: Request, recipient_id: int) -> Response:
        how = read_body(HowIn, request)["how"]
        return _done(recipient_id, record_opt_in, request, source=how)


class PauseRecipient(APIView):
    """Send them nothing until they are resumed; what waits is cancelled."""

    permission_classes = [MayChange]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="pause_recipient", tags=["delivery"], request=None, responses=RecipientDetail
    )
    @once_per_key
    def post(self, request: Request, recipient_id: int) -> Response:
        read_body(Sent, request)
        return _done(recipient_id, pause_recipient, request)


class ResumeRecipient(APIView):
    """Send to them again, unless they opted out, and forget what failed before."""

    permission_classes = [MayChange]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="resume_recipient", tags=["delivery"], request=None, responses=RecipientDetail
    )
    @once_per_key
    def post(self, request: Request, recipient_id: int) -> Response:
        read_body(Sent, request)
        return _done(recipient_id, resume_recipient, request)


class ForgetIn(Sent):
    confirm = Switch(default=False, help_text="Must be true; else 409 CONFIRMATION_NEEDED.")


class ForgetRecipient(APIView):
    """Erase who somebody is, for good; an admin's right, and no key's."""

    permission_classes = [MayForget]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="forget_recipient",
        tags=["delivery"],
        request=ForgetIn,
        responses=RecipientDetail,
    )
    @once_per_key
    def post(self, request: Request, recipient_id: int) -> Response:
        is_confirmed = read_body(ForgetIn, request)["confirm"]
        get_object_or_404(Recipient, pk=recipient_id)
        if not is_confirmed:
            raise DeskError("CONFIRMATION_NEEDED", FOR_GOOD, status=409)
        return _done(recipient_id, forget_recipient, request)


class SecretOut(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="As Standard Webhooks writes it: whsec_...")
    old_signs_until = serializers.DateTimeField(help_text="Until then the one before signs too.")


class NewSigningSecret(APIView):
    """A new secret that signs what goes to this webhook; this answer alone shows it."""

    permission_classes = [MayChange]
    throttle_classes = [WriteThrottle]

    @extend_schema(
        operation_id="renew_signing_secret",
        tags=["delivery"],
        request=None,
        responses={200: SecretOut, 409: CONFLICT},
    )
    def post(self, request: Request, recipient_id: int) -> Response:
        read_body(Sent, request)
        recipient, now = _somebody(recipient_id), timezone.now()
        if not signing_keys(recipient, now=now):
            raise DeskError("NOTHING_SIGNED", UNSIGNED, status=409)
        secret = rotate_secret(recipient, by=str(request.user), now=now)
        shown = SecretOut({"secret": secret, "old_signs_until": now + BOTH_SECRETS_FOR})
        return Response(shown.data, headers={"Cache-Control": "no-store"})


def _somebody(recipient_id: int) -> Recipient:
    recipient = get_object_or_404(Recipient, pk=recipient_id)
    with refusals_as_conflicts():
        require_known(recipient)
    return recipient


def _done(recipient_id: int, act: Callable[..., None], request: Request, **facts: str) -> Response:
    """The recipient after `act`, which may be done already."""
    recipient = _somebody(recipient_id)
    act(recipient, by=str(request.user), now=timezone.now(), **facts)
    recipient.refresh_from_db()
    return Response(RecipientDetail(recipient).data)


RECIPIENT_ACTIONS: dict[str, type[APIView]] = {
    "opt-out": OptOut,
    "opt-in": OptIn,
    "pause": PauseRecipient,
    "resume": ResumeRecipient,
    "forget": ForgetRecipient,
    "signing-secret": NewSigningSecret,
}
"""By the last part of their address."""
