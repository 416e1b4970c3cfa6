"""The way out for e-mail: one message through the mail server that EMAIL_URL names."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from smtplib import (
    SMTPDataError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from delivery.channels.base import Mail
from delivery.connections import Call
from delivery.errors import DeliveryError, MaybeLeft, NeverLeft, Refused, Remedy
from delivery.redaction import redact

log = structlog.get_logger(__name__)

TOTAL_SECONDS = 20.0  # less than the sweeper waits for a result; EMAIL_TIMEOUT is for each step


def send_mail(
    mail: Mail,
    *,
    total_seconds: float = TOTAL_SECONDS,
    on_leave: Callable[[], None] = lambda: None,
) -> None:
    """Return once the server has taken `mail`; raises NeverLeft, MaybeLeft or Refused.

    `on_leave` is called right before the text goes to the server.
    """
    call = Call(on_leave=on_leave)
    connection = get_connection(call=call)  # only an SMTP one makes use of it
    headers = {"Message-ID": mail.message_id, "Auto-Submitted": "auto-generated"}
    if mail.in_reply_to:
        headers |= {"In-Reply-To": mail.in_reply_to, "References": mail.in_reply_to}
    message = EmailMessage(
        mail.subject, mail.text, to=[mail.to], headers=headers, connection=connection
    )
    try:
        with call.ending_after(total_seconds), _good_bye(connection):
            connection.open()
            message.send()
    except (OSError, ValueError) as error:  # smtplib's errors are OSErrors
        raise _failure(error, call) from None


@contextmanager
def _good_bye(connection: BaseEmailBackend) -> Iterator[None]:
    """End the conversation, however it went; how the server takes that is its own affair."""
    try:
        yield
    finally:
        with suppress(OSError):
            connection.close()


def _failure(error: OSError | ValueError, call: Call) -> DeliveryError:
    match error:
        case SMTPRecipientsRefused(recipients=answers):
            ((code, said),) = answers.values()
            return _refusal(code, said, Remedy.RETRY_RECIPIENT, Remedy.FAIL_RECIPIENT)
        case SMTPDataError(smtp_code=code, smtp_error=said) if 400 <= code < 600:
            return _refusal(code, said, Remedy.RETRY, Remedy.FAIL)
        case SMTPSenderRefused(smtp_code=code, smtp_error=said):
            return _refusal(code, said, Remedy.RETRY, Remedy.PAUSE_CHANNEL)
        case SMTPResponseException(smtp_code=code, smtp_error=said) if not call.has_left:
            return _refusal(code, said, Remedy.RETRY, Remedy.PAUSE_CHANNEL)  # greeting, TLS, login
        case SMTPNotSupportedError():
            why = "the mail server lacks what EMAIL_URL asks for (TLS, or a login)"
            return Refused("not_supported", why, remedy=Remedy.PAUSE_CHANNEL)
    log.info("mail.failed", error=type(error).__name__)
    if isinstance(error, ValueError) and not call.has_left:
        return Refused("not_a_mail", "no mail can be made of it: check the recipient's address")
    if call.has_left:
        return MaybeLeft("no_answer", "the mail server did not say whether it took it")
    return NeverLeft("no_connection", "the mail server could not be used")


def _refusal(code: int, said: bytes | str, passing: Remedy, lasting: Remedy) -> Refused:
    """The server's no: 4xx passes, anything else lasts."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else said
    remedy = passing if 400 <= code < 500 else lasting
    return Refused(str(code), redact(text, settings.EMAIL_HOST_PASSWORD), remedy=remedy)
