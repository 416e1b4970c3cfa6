"""A local SMTP server that says what it is told to, and keeps the mails it took."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

HANG_UP = ""  # as a reply: close the connection without one
SILENCE = None  # as a reply: say nothing until the other side is gone

USUAL = {
    "greeting": "220 ready",
    "EHLO": "250-mail.test\r\n250 AUTH PLAIN",
    "AUTH": "235 welcome",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go on",
    "text": "250 queued",  # the answer to the whole text
    "RSET": "250 ok",
    "QUIT": "221 bye",
}


@dataclass
class MailServer:
    """`replies` differ from the usual ones, by command."""

    port: int = 0
    replies: dict[str, str | None] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)  # what it received whole
    lines: list[str] = field(default_factory=list)  # every command

    def reply(self, command: str) -> str | None:
        return {**USUAL, **self.replies}.get(command, "502 unknown")


def _handler(server: MailServer) -> type[socketserver.StreamRequestHandler]:
    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if not self.say("greeting"):
                return
            while line := self.rfile.readline().decode().strip():
                server.lines.append(line)
                command = line.split()[0].upper()
                if not self.say(command) or command == "QUIT":
                    return
                if command == "DATA" and server.reply("DATA").startswith("354"):
                    self.read_text()
                    if not self.say("text"):
                        return

        def say(self, command: str) -> bool:
            """Whether the conversation goes on after the reply to `command`."""
            reply = server.reply(command)
            if reply is SILENCE:
                self.rfile.read()
            if not reply:
                return False
            self.wfile.write(f"{reply}\r\n".encode())
            return True

        def read_text(self) -> None:
            lines = []
            while (line := self.rfile.readline()) not in (b".\r\n", b""):
                lines.append(line.removeprefix(b"."))
            server.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))

    return Handler


class _QuietServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def handle_error(self, *args: object) -> None:
        """A client that hangs up is part of the play."""


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """The server, listening on a free port of 127.0.0.1."""
    scripted = MailServer()
    with _QuietServer(("127.0.0.1", 0), _handler(scripted)) as server:
        scripted.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield scripted
        finally:
            server.shutdown()
            thread.join()
