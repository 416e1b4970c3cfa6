"""The way out for e-mail: one message through the mail server that EMAIL_URL names."""

from collections.abc import Callable
from smtplib import SMTPAuthenticationError, SMTPException, SMTPResponseException

from django.core.mail import EmailMessage, get_connection

from delivery.channels.base import Mail
from delivery.errors import MaybeLeft, NeverLeft, Refused, Remedy


def send_mail(mail: Mail, *, on_leave: Callable[[], None] = lambda: None) -> None:
    """Return once the server has taken `mail`; raises NeverLeft, MaybeLeft or Refused."""
    connection = get_connection()
    message = EmailMessage(
        mail.subject,
        mail.text,
        to=[mail.to],
        headers={"Message-ID": mail.message_id},
        connection=connection,
    )
    try:
        connection.open()
    except SMTPAuthenticationError as error:
        remedy = Remedy.PAUSE_CHANNEL
        raise Refused(str(error.smtp_code), "the login was refused", remedy=remedy) from None
    except (SMTPException, OSError) as error:
        raise NeverLeft("no_connection", f"no mail server ({type(error).__name__})") from None
    on_leave()
    try:
        message.send()
    except SMTPResponseException as error:
        remedy = Remedy.RETRY if error.smtp_code < 500 else Remedy.FAIL
        raise Refused(str(error.smtp_code), "the mail server said no", remedy=remedy) from None
    except (SMTPException, OSError) as error:
        raise MaybeLeft("no_answer", f"the mail server hung up ({type(error).__name__})") from None
    finally:
        connection.close()
