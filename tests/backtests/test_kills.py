"""A sweep of 2,000 runs while its workers and its broker are killed: every run is done, once."""

import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

from backtests import running
from backtests.models import Backtest, BacktestResult, State, Sweep
from backtests.runs import queue_trials
from backtests.working import MOST
from forexsignals import processes
from forexsignals.broker import server_command, server_program, wait_until_it_answers
from forexsignals.supervisor import end
from tests.backtests.stored import plan, store_minutes
from tests.builders import NOON
from tests.forexsignals.production import start
from tests.processes import is_alive, wait_for

pytestmark = [pytest.mark.processes, pytest.mark.long, pytest.mark.django_db(transaction=True)]

RUNS = 2_000
WEEK = {"start": "2026-03-02", "end": "2026-03-07", "timeframe": "M15"}

NOTE_FINISH = "INSERT INTO finishes VALUES (NEW.id, NEW.claim);"
WITNESS = {  # what the database itself sees: every time a row is written as done
    "sqlite": (
        "CREATE TABLE finishes (run bigint, claim text)",
        "CREATE TRIGGER note_finish AFTER UPDATE ON backtests_backtest "
        f"WHEN NEW.state = 'done' BEGIN {NOTE_FINISH} END",
    ),
    "postgresql": (
        "CREATE TABLE finishes (run bigint, claim text)",
        "CREATE FUNCTION note_finish() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {NOTE_FINISH} RETURN NULL; END $$",
        "CREATE TRIGGER note_finish AFTER UPDATE ON backtests_backtest "
        "FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION note_finish()",
    ),
}
DISMISSED = {
    "sqlite": ("DROP TRIGGER note_finish", "DROP TABLE finishes"),
    "postgresql": ("DROP FUNCTION note_finish CASCADE", "DROP TABLE finishes"),
}


class Desk:
    """A broker, two workers and a beat of this test alone, on the test's own database."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.socket = folder / "broker.sock"
        self.environment = {
            "VAR_DIR": str(folder),
            "DATABASE_URL": database_url(),
            "REDIS_URL": f"redis+socket://{self.socket}?virtual_host=0",
            **{name: getattr(settings, name) for name in SECRETS},
        }
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def run(self, name: str, command: list[str]) -> None:
        self.running[name] = start(command, {**self.environment, "PROCESS_NAME": name})
        self.stack.callback(end, self.running[name], grace=5)

    def start_broker(self) -> None:
        log_file = self.folder / "broker.log"
        command = server_command(
            server_program(), socket=self.socket, folder=self.folder / "kept", log_file=log_file
        )
        self.run("broker", command)
        wait_until_it_answers(f"unix://{self.socket}", seconds=10, hint=str(log_file))

    def kill(self, name: str) -> None:
        self.running[name].kill()
        self.running[name].wait()

    def children(self, name: str) -> list[int]:
        pid = self.running[name].pid
        return [int(child) for child in children_file(pid).read_text().split()]


SECRETS = ("SECRET_KEY", "JWT_SECRET", "FIELD_ENCRYPTION_KEY")


def children_file(pid: int) -> Path:
    return Path(f"/proc/{pid}/task/{pid}/children")


def database_url() -> str:
    """The address of the database the test runs on."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    who = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}"
    return f"postgres://{who}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with ExitStack() as stack:
        desk = Desk(tmp_path, stack)
        desk.start_broker()
        yield desk


@pytest.fixture
def finishes(transactional_db) -> Iterator[Callable[[], list[tuple[int, str]]]]:
    """(run, claim) of every time a run was written as done, noted by the database."""
    with connection.cursor() as cursor:
        for statement in WITNESS[connection.vendor]:
            cursor.execute(statement)

        def noted() -> list[tuple[int, str]]:
            cursor.execute("SELECT run, claim FROM finishes")
            return list(cursor.fetchall())

        yield noted
        for statement in DISMISSED[connection.vendor]:
            cursor.execute(statement)


def done() -> int:
    return Backtest.objects.filter(state=State.DONE).count()


def at_least(count: int) -> Callable[[], bool]:
    return lambda: done() >= count


def queue_sweep() -> Sweep:
    store_minutes(count=5 * 1440)
    asked = plan(**WEEK)
    running.test(asked)  # compiles, so that no worker has to while the test waits for it
    shared = {"kind": "grid", "plan": asked.as_json(), "space": {}, "trials": RUNS}
    sweep = Sweep.objects.create(**shared, is_demo=False, created_at=NOON, created_by="olga")
    plans = [asked.with_parameters({"fast": 2 + n % 20, "slow": 30 + n // 20}) for n in range(RUNS)]
    queue_trials(sweep, plans, now=NOON)
    return sweep


def test_two_thousand_runs_are_each_done_once_whatever_is_killed(finishes, desk):
    queue_sweep()
    for child in (processes.worker(), processes.beat(), processes.backtests()):
        desk.run(child.name, child.command)

    wait_for(at_least(100), seconds=180, what="the first hundred")
    subprocess.run(["kill", "-9", str(desk.children("backtests")[0])], check=True)
    wait_for(at_least(600), seconds=180, what="runs after a child was killed")
    orphans = desk.children("backtests")
    desk.kill("backtests")
    wait_for(lambda: not any(map(is_alive, orphans)), seconds=30, what="its children ended with it")
    desk.run("backtests", processes.backtests().command)
    wait_for(at_least(1_000), seconds=180, what="runs after their worker was killed")
    desk.kill("broker")
    desk.start_broker()
    wait_for(at_least(RUNS), seconds=180, what="all runs")

    runs = Backtest.objects.all()
    assert set(runs.values_list("state", flat=True)) == {State.DONE}
    assert BacktestResult.objects.count() == RUNS
    assert sorted(finishes()) == sorted(runs.values_list("pk", "claim"))
    begun_again = runs.filter(attempts__gt=1).count()
    assert 0 < begun_again <= 3 * MOST * processes.MOST_BACKTESTS
    wait_for(Sweep.objects.filter(state=State.DONE).exists, seconds=180, what="the verdict")
