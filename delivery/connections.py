"""Connections that go only to the address that was checked, and know whether bytes have left."""

import socket
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from delivery.errors import Refused
from delivery.public_addresses import is_public


@dataclass
class Call:
    """One HTTP call: where it may go, and how far it came."""

    open_hosts: Collection[str]  # OUTBOUND_ALLOW_HOSTS: any address and port will do
    on_leave: Callable[[], None]  # told right before the first byte goes to the socket
    has_left: bool = False  # the first byte of the request was handed to the socket
    line: socket.socket | None = None  # a second handle on the connection, TLS or not

    def cut(self) -> None:
        """End the call now, whatever it waits for."""
        if self.line is not None:
            with suppress(OSError):  # not connected any more
                self.line.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if self.line is not None:
            self.line.close()

    def connect(self, connection: Any) -> socket.socket:
        """A socket to the first checked address that answers."""
        host = connection.host.strip("[]")
        addresses = _resolved(connection, host)
        if host not in self.open_hosts and not _is_open_internet(addresses):
            raise Refused("address_not_allowed", "the host is not on the open internet")
        failure: OSError | None = None
        for family, kind, protocol, _, address in addresses[:3]:
            sock = socket.socket(family, kind, protocol)
            try:
                sock.settimeout(connection.timeout)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                sock.connect(address)
            except OSError as error:
                sock.close()
                failure = error
            else:
                self.line = sock.dup()
                return sock
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(connection, "connect timed out") from failure
        raise NewConnectionError(connection, f"no connection: {failure}") from failure


def _is_open_internet(addresses: list[Any]) -> bool:
    return all(is_public(address[0]) and address[1] == 443 for *_, address in addresses)


def _resolved(connection: Any, host: str) -> list[Any]:
    try:
        return socket.getaddrinfo(host, connection.port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        gone = error if isinstance(error, socket.gaierror) else socket.gaierror(str(error))
        raise NameResolutionError(host, connection, gone) from error


class _Watched:
    """Mixed into urllib3's connections; `call` is set per call by `adapter_for`."""

    call: Call

    def _new_conn(self) -> socket.socket:
        return self.call.connect(self)

    def send(self, chunk: Any) -> None:
        if getattr(self, "sock", None) is None:
            self.connect()  # type: ignore[attr-defined]
        if not self.call.has_left:
            self.call.has_left = True
            self.call.on_leave()
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
