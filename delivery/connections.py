"""Connections that go only to the address that was checked, and know whether bytes have left."""

import logging
import socket
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from delivery.errors import Refused
from delivery.public_addresses import is_public

LookUp = Callable[..., list[Any]]  # as socket.getaddrinfo

# urllib3 writes whole paths into its debug lines, and a path may hold a token
logging.getLogger("urllib3.connectionpool").addFilter(lambda line: line.levelno > logging.DEBUG)


@dataclass
class Call:
    """One call to a provider: where it may go, and how far it came."""

    open_hosts: Collection[str] = ()  # OUTBOUND_ALLOW_HOSTS: any address and port will do
    on_leave: Callable[[], None] = lambda: None  # told right before the first byte that counts
    look_up: LookUp = socket.getaddrinfo
    has_left: bool = False  # that byte was handed to the socket
    is_cut: bool = False
    line: socket.socket | None = None  # a second handle on the connection, TLS or not

    @contextmanager
    def ending_after(self, seconds: float) -> Iterator[None]:
        """Cut the call after `seconds`, and let go of its line at the end.

        A name that is being looked up cannot be cut, but nothing is connected to after that.
        """
        alarm = threading.Timer(seconds, self.cut)
        alarm.daemon = True
        alarm.start()
        try:
            yield
        finally:
            alarm.cancel()
            if self.line is not None:
                self.line.close()

    def cut(self) -> None:
        """End the call now, whatever it waits for."""
        self.is_cut = True
        if self.line is not None:
            with suppress(OSError):  # not connected any more
                self.line.shutdown(socket.SHUT_RDWR)

    def take(self, line: socket.socket) -> None:
        """This is the call's connection."""
        self.line = line.dup()
        if self.is_cut:
            self.cut()

    def leave(self) -> None:
        """From here on, the provider may have what was to be sent."""
        if not self.has_left:
            self.has_left = True
            self.on_leave()

    def connect(self, connection: Any) -> socket.socket:
        """A socket to the first checked address that answers."""
        host = connection.host.strip("[]")
        addresses = self._resolved(connection, host)
        if host not in self.open_hosts and not _is_open_internet(addresses):
            raise Refused("address_not_allowed", "the host is not on the open internet")
        failure: OSError | None = None
        for family, kind, protocol, _, address in addresses[:3]:
            if self.is_cut:
                break
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(connection.timeout)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                self.take(sock)
                return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(connection, "connect timed out") from failure
        raise NewConnectionError(connection, f"no connection: {failure}") from failure

    def _resolved(self, connection: Any, host: str) -> list[Any]:
        try:
            return self.look_up(host, connection.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            gone = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
            raise NameResolutionError(host, connection, gone) from error


def _is_open_internet(addresses: list[Any]) -> bool:
    return all(is_public(address[0]) and address[1] == 443 for *_, address in addresses)


class _Watched:
    """Mixed into urllib3's connections; `call` is set per call by `adapter_for`."""

    call: Call

    def _new_conn(self) -> socket.socket:
        return self.call.connect(self)

    def send(self, chunk: Any) -> None:
        if getattr(self, "sock", None) is None:
            self.connect()  # type: ignore[attr-defined]
        self.call.leave()
        super().send(chunk)  # type: ignore[misc]


def adapter_for(call: Call) -> HTTPAdapter:
    """A requests adapter whose connections belong to `call`; it tries nothing twice."""
    plain = type("_Plain", (_Watched, HTTPConnection), {"call": call})
    secure = type("_Secure", (_Watched, HTTPSConnection), {"call": call})
    adapter = HTTPAdapter(max_retries=0)
    adapter.poolmanager.pool_classes_by_scheme = {
        "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("_SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }
    return adapter
