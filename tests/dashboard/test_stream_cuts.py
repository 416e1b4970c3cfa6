"""Nothing is lost and nothing doubled, whoever is killed: reader, server, or both."""

import os
import secrets
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from audit.log import log_event
from audit.models import Seal
from audit.sealing import seal_pending
from dashboard.docs.content import SAMPLE
from forexsignals.processes import live
from tests.builders import make_key
from tests.dashboard.cut_readers import CutReader, events_of, frames_of
from tests.forexsignals.migrated import with_path
from tests.forexsignals.production import SECRETS, start
from tests.processes import free_port, wait_for

WRITERS, EACH, ROUNDS = 5, 10, 100  # 5,000 signals
TOTAL = WRITERS * EACH * ROUNDS
KILLED_IN = (20, 45, 70, 90)  # rounds after which a server is killed
LONGEST = 100  # seconds for all of it


@dataclass
class Servers:
    """Two processes `live` over the database of this test."""

    environment: dict[str, str]
    ports: list[int] = field(default_factory=lambda: [free_port(), free_port()])
    running: dict[int, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start(self, port: int) -> None:
        command = live(host="127.0.0.1", port=port).command
        self.running[port] = start(command, self.environment)

    def kill(self, port: int) -> None:
        """As `kill -9` does it."""
        self.running[port].send_signal(signal.SIGKILL)
        self.running[port].wait()

    def replace(self, port: int) -> None:
        """Kill the one at `port` once the other is there, and start another in its place."""
        for other in self.ports:
            wait_for(lambda n=other: answers(n), seconds=60, what=f"a server at {other}")
        self.kill(port)
        self.start(port)


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def servers(transactional_db: None) -> Iterator[Servers]:
    name = str(connection.settings_dict["NAME"])
    is_postgres = connection.vendor == "postgresql"
    url = with_path(os.environ["DATABASE_URL"], f"/{name}") if is_postgres else f"sqlite:///{name}"
    environment = {each: secrets.token_urlsafe(48) for each in SECRETS}
    both = Servers(environment | {"DATABASE_URL": url, "LOG_STDOUT": "false", "LOG_DIR": "none"})
    for port in both.ports:
        both.start(port)
    yield both
    for port in both.ports:
        both.kill(port)


class Round:
    """One transaction of each writer: they log in turn and commit in the reverse order.

    On SQLite, which has one writer at a time, they come as they come.
    """

    def __init__(self, number: int) -> None:
        self.number = number
        self.logged = [threading.Event() for _ in range(WRITERS)]
        self.committed = [threading.Event() for _ in range(WRITERS)]
        self.is_reversed = connection.vendor == "postgresql"

    def write(self, writer: int) -> None:
        try:
            with transaction.atomic():
                self._wait_for(self.logged, writer - 1)
                for place in range(EACH):
                    log_signal((self.number * WRITERS + writer) * EACH + place)
                log_signal(-1, symbol="GBPUSD")  # which nobody asked for
                self.logged[writer].set()
                self._wait_for(self.committed, writer + 1)
            self.committed[writer].set()
        finally:
            connections.close_all()

    def _wait_for(self, events: list[threading.Event], other: int) -> None:
        if self.is_reversed and 0 <= other < WRITERS:
            assert events[other].wait(LONGEST)


def log_signal(number: int, *, symbol: str = "EURUSD") -> None:
    told = {"signal": {**SAMPLE, "id": number, "symbol": symbol}}
    log_event("signal.generated", at=timezone.now(), text="BUY", payload=told)


@contextmanager
def sealing() -> Iterator[None]:
    """Seal as beat has it done, only more often; at the end whatever is left."""
    is_over = threading.Event()

    def seal() -> None:
        while not is_over.wait(0.05):
            seal_pending()
        while seal_pending():
            pass
        connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        sealed = thread.submit(seal)
        try:
            yield
        finally:
            is_over.set()
        sealed.result(LONGEST)


def write_all(servers: Servers, readers: list[CutReader]) -> None:
    """Every round, each as soon as the readers were cut once more; servers die on the way."""
    with ThreadPoolExecutor(WRITERS) as writers, sealing():
        for number in range(ROUNDS):
            for reader in readers:
                assert reader.was_cut.acquire(timeout=LONGEST), f"stuck in round {number}"
            list(writers.map(Round(number).write, range(WRITERS)))
            if number in KILLED_IN:
                servers.replace(servers.ports[KILLED_IN.index(number) % 2])


@pytest.mark.long
def test_readers_cut_a_hundred_times_hear_each_event_once_and_in_order(servers):
    ways = (events_of, ROUNDS), (frames_of, ROUNDS), (events_of, 0)  # the last keeps a hub going
    readers = [
        CutReader(opened, make_key("signals:read")[1], servers.ports, TOTAL, cuts=cuts)
        for opened, cuts in ways
    ]

    with ThreadPoolExecutor(len(readers)) as threads:
        listening = [threads.submit(reader.follow) for reader in readers]
        write_all(servers, readers[:2])
        by_stream, by_feed, uncut = (each.result(LONGEST) for each in listening)

    chain = Seal.objects.filter(event__payload__signal__symbol="EURUSD").order_by("seq")
    sealed = list(chain.values_list("seq", "event__payload__signal__id"))
    assert by_stream == by_feed == uncut == sealed
    assert sorted(number for _, number in sealed) == list(range(TOTAL))
    assert [reader.times_cut for reader in readers] == [ROUNDS, ROUNDS, 0]
    if connection.vendor == "postgresql":
        assert [number for _, number in sealed] != list(range(TOTAL))
