"""Engines in processes of their own that take turns on the same work, and tables of it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from tests.processes import ROOT, plain_environment

WORK = ROOT / "var" / "bench"  # columns of minutes, compiled code, trade lists
PEERS = ROOT / "var" / "peers"  # the peers' own virtual environment; `make bench` fills it
Answer = dict[str, Any]


class Engine:
    """A process that answers lines of JSON (peers/serving.py), and its answers so far."""

    def __init__(self, name: str, command: Sequence[str], **environment: str) -> None:
        self.name = name
        self.turns: list[Answer] = []
        self.first: Answer = {}
        caches = {"NUMBA_CACHE_DIR": str(WORK / "compiled"), "VAR_DIR": str(WORK)}
        self._process = subprocess.Popen(
            list(command),
            cwd=ROOT,
            env=plain_environment(**(caches | environment)),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **work: Any) -> Answer:
        """What it answers to `work`."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps(work) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.name} ended at {work}; its last words are above")
        return dict(json.loads(answer))

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def middle(self, what: str = "seconds") -> float:
        """The median of its turns."""
        return median(turn[what] for turn in self.turns)

    @property
    def peak_mb(self) -> float:
        return float(max(turn["peak_mb"] for turn in self.turns))


def peer(name: str, module: str) -> Engine:
    """A script of peers/ under the peers' own Python."""
    python = PEERS / "bin" / "python"
    if not python.exists():
        raise SystemExit(f"{python} is missing: `make bench` installs the peers, run it that way")
    return Engine(name, [str(python), str(ROOT / "tests" / "bench" / "peers" / f"{module}.py")])


def ours(name: str = "forexsignals") -> Engine:
    """The desk's own code."""
    return Engine(name, [sys.executable, "-m", "tests.bench.own"])


@contextmanager
def running(*engines: Engine) -> Iterator[tuple[Engine, ...]]:
    """All of them until the end of the block."""
    with ExitStack() as stack:
        for engine in engines:
            stack.callback(engine.close)
        yield engines


def take_turns(engines: Iterable[Engine], rounds: int, **work: Any) -> None:
    """One turn each to get warm, which is kept apart, then `rounds` turns, one after the other."""
    engines = list(engines)
    for engine in engines:
        engine.first = engine.ask(**work)
        engine.turns.clear()
    for _ in range(rounds):
        for engine in engines:
            engine.turns.append(engine.ask(**work))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def times(ratio: float) -> str:
    """A ratio as it is read: 93x, 3.1x, 0.42x."""
    return f"{ratio:.0f}x" if ratio >= 10 else f"{ratio:.2g}x"


def told(seconds: float) -> str:
    """A time with its unit."""
    return f"{seconds:.2f} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def verdict(target: str, is_met: bool, found: str) -> bool:
    """Print whether a target of the desk is met, and what was found."""
    print(f"{target}: {'met' if is_met else 'NOT MET'}: {found}", flush=True)
    return is_met


def alone(command: Sequence[str], **values: str) -> tuple[float, float, str]:
    """(seconds, most megabytes, what it printed) of one whole process, start to end."""
    timer = Path(__file__).with_name("timing.py")
    result = subprocess.run(
        [sys.executable, str(timer), *command],
        cwd=ROOT,
        env=plain_environment(**values) | {"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    if result.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{result.stderr[-2000:]}")
    kept, _, last = result.stdout.rstrip("\n").rpartition("\n")
    seconds, peak_mb = map(float, last.split())
    return seconds, peak_mb, kept


def in_turn(works: Sequence[Callable[[], float]], rounds: int) -> list[float]:
    """The median seconds of each of these, run one after the other `rounds` times."""
    found: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for kept, work in zip(found, works, strict=True):
            kept.append(work())
    return [median(each) for each in found]
