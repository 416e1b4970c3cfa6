"""`python -m tests.fuzz`: schemathesis asks every operation of a real desk, as everybody.

Needs DATABASE_URL (PostgreSQL) and REDIS_URL; makes a database of its own and takes `--redis-db`.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.desk import FuzzedDesk, fuzzed_desk, served
from tests.fuzz.runs import Found, Plan, fuzz, keep_description, operations_in

FEW = 20  # examples an operation gets from those who may do little
OF_ANY_BYTES = ("--generation-allow-x00", "true", "--exclude-checks", "positive_data_acceptance")


def main() -> int:
    wanted = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    wanted.add_argument("--cases", type=int, default=20_000, help="with the key, at least")
    wanted.add_argument("--seed", type=int, default=1)
    wanted.add_argument("--redis-db", type=int, default=14)
    asked = wanted.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        fuzzed_desk(Path(folder), redis_db=asked.redis_db) as desk,
    ):
        runs = everything(desk, Path(folder), cases=asked.cases, seed=asked.seed)
    return 0 if all(run.is_clean for run in runs) else 1


def everything(desk: FuzzedDesk, folder: Path, *, cases: int, seed: int) -> list[Found]:
    """With the key until `cases` are reached, then as the others, then against the real limits."""
    runs: list[Found] = []
    with served(desk) as url:
        description = keep_description(url, desk.callers["key"], folder)
        while (done := sum(run.cases for run in runs)) < cases:
            examples = max(FEW, (cases - done) // operations_in(description))
            plan = Plan("key", desk.callers["key"], examples, seed + len(runs))
            runs.append(_told(fuzz(url, plan, description=description)))
        for caller in ("nobody", "viewer", "staff"):
            plan = Plan(caller, desk.callers[caller], FEW, seed, options=OF_ANY_BYTES)
            runs.append(_told(fuzz(url, plan, description=description)))
    with served(desk, settings="forexsignals.settings") as url:
        description = keep_description(url, desk.callers["key"], folder)
        plan = Plan("limited", desk.callers["key"], FEW, seed, options=OF_ANY_BYTES)
        runs.append(_told(fuzz(url, plan, description=description)))
    return runs


def _told(run: Found) -> Found:
    """`run`, its line printed, with all that schemathesis said where something failed."""
    if not run.is_clean:
        print(run.text)
    failures = ", ".join(f"{kind}: {count}" for kind, count in run.failures.items()) or "none"
    print(
        f"{run.caller:8} {run.operations:3} operations {run.cases:6} cases "
        f"{run.seconds:7.1f} s   failures: {failures}",
        flush=True,
    )
    return run


if __name__ == "__main__":
    sys.exit(main())
