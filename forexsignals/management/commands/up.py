import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from forexsignals import processes
from forexsignals.broker import (
    BrokerSilentError,
    server_command,
    server_program,
    wait_until_it_answers,
)
from forexsignals.instance import TakenError, only_desk, require_free_port
from forexsignals.startup import prepare
from forexsignals.supervisor import Child, Supervisor

BROKER_SECONDS = 20.0
LOOK_SECONDS = 0.2
ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104  compared with, not bound to


class Command(BaseCommand):
    help = "Run the whole desk: broker, web, workers, beat and watch, until Ctrl-C."
    requires_system_checks = "__all__"

    def handle(self, *args: Any, **options: Any) -> None:
        supervisor = Supervisor(say=self.say)
        try:
            with only_desk(settings.VAR_DIR / "up.pid"), stopping_on_signals():
                try:
                    self.run(supervisor)
                except KeyboardInterrupt:
                    self.say("Stopping")
                finally:
                    stop(supervisor)
                    self.say("Stopped")
        except (TakenError, BrokerSilentError) as error:
            raise CommandError(str(error)) from error

    def run(self, supervisor: Supervisor) -> None:
        """Start everything, then look after it for ever."""
        require_free_port(settings.HOST, settings.PORT)
        start_broker(supervisor)
        prepare(self.say)
        catch_up = processes.catch_up(settings.BASE_DIR)
        supervisor.add(processes.web(host=settings.HOST, port=settings.PORT), catch_up)
        self.await_page(supervisor)
        while not catch_up.is_finished:
            supervisor.look_after()
            time.sleep(LOOK_SECONDS)
        supervisor.add(processes.worker(), processes.beat(), processes.watch(settings.BASE_DIR))
        supervisor.add(processes.backtests())
        while True:
            supervisor.look_after()
            time.sleep(LOOK_SECONDS)

    def await_page(self, supervisor: Supervisor) -> None:
        """Print the address as soon as the web process answers."""
        host = "127.0.0.1" if settings.HOST in ANY_ADDRESS else settings.HOST
        host = f"[{host}]" if ":" in host else host
        while not answers(f"http://{host}:{settings.PORT}/api/health"):
            supervisor.look_after()
            time.sleep(LOOK_SECONDS)
        self.say(f"Open {settings.PUBLIC_BASE_URL}/ and sign in as {settings.ADMIN_USERNAME}")
        if settings.HOST in ANY_ADDRESS:
            self.say("From other machines: first put the name they use into ALLOWED_HOSTS")
        self.say(f"Ctrl-C stops the desk; its logs are in {settings.LOG_DIR}")

    def say(self, text: str) -> None:
        """One line for the person at the console, at once even into a pipe."""
        self.stdout.write(f"{time.strftime('%H:%M:%S')} {text}")
        self.stdout.flush()


def start_broker(supervisor: Supervisor) -> None:
    """Run the embedded broker unless REDIS_URL names one; return when it answers."""
    if settings.REDIS_URL:
        hint = "Start the server that REDIS_URL names, or unset it for the embedded one."
        wait_until_it_answers(settings.REDIS_URL, seconds=5.0, hint=hint)
        return
    log_file = settings.VAR_DIR / "logs" / "broker.log"
    command = server_command(
        server_program(),
        socket=settings.BROKER_SOCKET,
        folder=settings.VAR_DIR / "broker",
        log_file=log_file,
    )
    supervisor.add(Child(name="broker", command=command))
    hint = f"See {log_file}. Nothing is lost if you delete {settings.VAR_DIR / 'broker'}."
    url = f"unix://{settings.BROKER_SOCKET}?db=0"
    wait_until_it_answers(url, seconds=BROKER_SECONDS, hint=hint)


def stop(supervisor: Supervisor) -> None:
    """End every process in order; further signals are too late to matter."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    supervisor.stop(processes.STOP_ORDER)


def answers(url: str) -> bool:
    """Whether an HTTP server answers at `url`, whatever it says."""
    try:
        with urlopen(url, timeout=5):  # noqa: S310  our own address
            return True
    except HTTPError:
        return True
    except (OSError, HTTPException):
        return False


@contextmanager
def stopping_on_signals() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into what Ctrl-C does."""

    def interrupt(_number: int, _frame: Any) -> None:
        raise KeyboardInterrupt

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, interrupt)
    yield
    sys.stdout.flush()
