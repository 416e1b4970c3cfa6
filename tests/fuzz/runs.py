"""One run of schemathesis over the served description, and what it found."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.processes import ROOT

CONFIG = ROOT / "tests" / "fuzz" / "schemathesis.toml"
EVERY_PHASE = ("examples", "coverage", "fuzzing", "stateful")


@dataclass(frozen=True)
class Plan:
    """Who asks, with which headers; `examples` is the most an operation gets in one phase."""

    caller: str
    headers: Mapping[str, str]
    examples: int
    seed: int
    phases: Sequence[str] = EVERY_PHASE
    options: Sequence[str] = ()


@dataclass(frozen=True)
class Found:
    """What a run did and found; `text` is all that schemathesis printed."""

    caller: str
    operations: int
    cases: int
    seconds: float
    failures: Mapping[str, int]  # by kind, each counted once
    text: str

    @property
    def is_clean(self) -> bool:
        return self.cases > 0 and not self.failures


def keep_description(url: str, key: Mapping[str, str], folder: Path) -> Path:
    """The description as the desk serves it, in a file: not every caller may read it."""
    answer = requests.get(f"{url}/api/schema?format=json", headers=dict(key), timeout=60)
    answer.raise_for_status()
    file = folder / "api.json"
    file.write_text(answer.text)
    return file


def operations_in(description: Path) -> int:
    """How many there are to ask."""
    return sum(len(methods) for methods in json.loads(description.read_text())["paths"].values())


def fuzz(url: str, plan: Plan, *, description: Path) -> Found:
    """Every operation of `description` asked at `url` as `plan` says."""
    report = description.with_name("report.json")
    report.unlink(missing_ok=True)
    headers = [f"{name}: {value}" for name, value in plan.headers.items()]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG)),
        *("run", str(description), "--url", url, "--no-color", "--workers", "2"),
        *("--seed", str(plan.seed), "-n", str(plan.examples), "--generation-database", "none"),
        *("--phases", ",".join(plan.phases), "--report", "json"),
        *("--report-json-path", str(report), *plan.options),
        *(part for header in headers for part in ("-H", header)),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert report.exists(), done.stdout + done.stderr
    return _found(json.loads(report.read_text()), plan.caller, done.stdout)


def _found(report: dict[str, Any], caller: str, text: str) -> Found:
    errors = {"could not be run": len(report["errors"])} if report["errors"] else {}
    return Found(
        caller=caller,
        operations=report["operations"]["tested"],
        cases=report["test_cases"]["generated"],
        seconds=report["running_time"],
        failures={kind["title"]: kind["count"] for kind in report["failures"]} | errors,
        text=text,
    )
