"""The crash test: the same storm against both shapes of the desk and against a naive sender.

    make crash-test [SEED=...] [SIZE=2000] [KILLS=50] [SHAPES="embedded production naive"]

Exit code 1 unless the desk lost nothing, doubled nothing, and settled all it was unsure of.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import psycopg

from tests.crash import shapes
from tests.crash.plan import Plan
from tests.crash.storm import is_finished, provider, settle, storm
from tests.crash.table import table
from tests.crash.verdict import Verdict, judge_desk, judge_naive, read_journal
from tests.processes import ROOT, free_port, plain_environment, run_manage

STARTS = 80  # a storm is as long as so many starts of a process, one after the other
SHORTEST, LONGEST = 150.0, 300.0  # seconds
GRACE = 4  # starts: a worker needs more than code to be ready
DATABASE_URL = "postgres://postgres@127.0.0.1:5432/postgres"  # when nobody sets it
SETTLE_SECONDS = 150.0
NAIVE_SETTLE_SECONDS = 75.0  # its longest row of retries takes less


def main() -> int:
    options = parsed()
    start = start_seconds()
    plan = Plan(
        seed=options.seed,
        size=options.size,
        kills=options.kills,
        seconds=options.seconds or min(LONGEST, max(SHORTEST, STARTS * start)),
        grace=GRACE * start,
    )
    say(
        f"Seed {plan.seed}: {len(plan.copies())} deliveries, {plan.kills} kills, "
        f"{plan.outages} restarts of an empty broker, {plan.seconds:.0f} s "
        f"(a process takes {start:.1f} s to start)"
    )
    names = options.shapes.split()
    if "production" in names and not has_postgres():
        say("No PostgreSQL answers: set DATABASE_URL, or SHAPES=embedded")
        return 1
    folder = Path(options.folder or tempfile.mkdtemp(prefix="crash-test-"))
    verdicts = run_all(names, plan, folder)
    print(table(verdicts))
    say(f"Journals and logs: {folder}")
    return 0 if all(v.is_kept for v in verdicts if not v.name.startswith("naive")) else 1


def run_all(names: list[str], plan: Plan, folder: Path) -> list[Verdict]:
    """The desks one after the other; the naive senders beside them, for they need little."""
    with ThreadPoolExecutor() as pool:
        naive = pool.submit(run_naive, plan, folder) if "naive" in names else None
        desks = [run(plan, folder) for name, run in DESKS.items() if name in names]
        return desks + (naive.result() if naive else [])


def run_embedded(plan: Plan, folder: Path) -> Verdict:
    return run_desk("embedded", shapes.embedded, plan, fresh(folder / "embedded"))


def run_production(plan: Plan, folder: Path) -> Verdict:
    return run_desk("production", shapes.production, plan, fresh(folder / "production"))


def run_naive(plan: Plan, folder: Path) -> list[Verdict]:
    """With both settings people recommend, side by side."""
    with ThreadPoolExecutor() as pool:
        pair = [
            pool.submit(run_one_naive, plan, fresh(folder / f"naive-{acks}"), acks)
            for acks in ("early", "late")
        ]
        return [run.result() for run in pair]


def run_desk(
    name: str,
    start: Callable[..., AbstractContextManager[shapes.Shape]],
    plan: Plan,
    folder: Path,
) -> Verdict:
    """One storm against a desk of its own."""
    journal, port, web_port = folder / "journal.jsonl", free_port(), free_port()
    url = f"http://127.0.0.1:{web_port}/webhooks/whatsapp"
    say(f"{name}: starting")
    with (
        provider(journal, port=port, seed=plan.seed, callbacks=url) as look,
        start(folder, web_port=web_port, provider_port=port) as shape,
    ):
        prepare(shape, plan)
        say(f"{name}: the storm begins")
        record = storm(plan, shape, log=folder / "driver.txt")
        say(f"{name}: the storm is over, {look()}")
        settle(shape, lambda: is_settled(shape, look()), seconds=SETTLE_SECONDS)
        state = shapes.export(shape)
        say(f"{name}: settled, {look()}")
    (folder / "state.json").write_text(json.dumps(state))
    (folder / "killed.json").write_text(json.dumps([vars(kill) for kill in record.killed]))
    seconds = time.time() - record.started
    return judge_desk(name, read_journal(journal), state, record.killed, seconds=seconds)


def is_settled(shape: shapes.Shape, callbacks: Any) -> bool:
    return is_finished(shapes.export(shape)) and not callbacks["waiting"]


def prepare(shape: shapes.Shape, plan: Plan) -> None:
    subprocess.run(
        shapes.driver_command("prepare", plan),
        cwd=ROOT,
        env=plain_environment(**shape.environment),
        check=True,
    )


def run_one_naive(plan: Plan, folder: Path, acks: str) -> Verdict:
    """The storm against the naive sender."""
    journal, port = folder / "journal.jsonl", free_port()
    with (
        provider(journal, port=port, seed=plan.seed),
        shapes.naive(folder, acks=acks, provider_port=port) as shape,
    ):
        say(f"{shape.name}: the storm begins")
        record = storm(plan, shape, log=folder / "driver.txt")
        settle(shape, lambda: False, seconds=NAIVE_SETTLE_SECONDS)
    return judge_naive(
        shape.name,
        read_journal(journal),
        plan.copies(),
        record.killed,
        seconds=time.time() - record.started,
    )


DESKS: dict[str, Callable[[Plan, Path], Verdict]] = {
    "embedded": run_embedded,
    "production": run_production,
}


def has_postgres() -> bool:
    try:
        psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def start_seconds() -> float:
    """How long the desk's code takes to start here and now: on a busy machine all must be slower.

    Processes that die faster than they start prove nothing.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        run_manage("check", VAR_DIR=folder)
    return time.monotonic() - started


def fresh(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def say(text: str) -> None:
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {text}\n")


def parsed() -> Namespace:
    parser = ArgumentParser(prog="make crash-test")
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--size", type=int, default=2000)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=0.0)
    parser.add_argument("--shapes", default="embedded production naive")
    parser.add_argument("--folder", default="")
    return parser.parse_args()


if __name__ == "__main__":
    os.environ.setdefault("DATABASE_URL", DATABASE_URL)
    sys.exit(main())
