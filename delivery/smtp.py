"""Django's SMTP backend with an end to its patience, and the moment a message begins to leave."""

import smtplib
import socket
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from delivery.connections import Call


class _Watched(smtplib.SMTP):
    """Gives its call the line to cut, and says when the text of a message is about to leave.

    Before that moment the server cannot have taken the message, whatever happens.
    """

    call: Call  # set per connection by `BoundedEmailBackend`

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        line: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]
        self.call.take(line)
        return line

    def data(self, msg: Any) -> Any:
        self.call.leave()
        return super().data(msg)


class _WatchedSecure(smtplib.SMTP_SSL, _Watched):
    """The same over TLS from the first byte; `_Watched` sees the plain line below it."""


class BoundedEmailBackend(EmailBackend):
    """What EMAIL_URL's smtp schemes stand for; one connection belongs to one `Call`."""

    def __init__(self, *args: Any, call: Call | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call or Call()

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        base = _WatchedSecure if self.use_ssl else _Watched
        return type("_Connection", (base,), {"call": self.call})
