"""`python -m tests.bench [WHAT] [OPTIONS]`: WHAT is a module here; without one, all of SPEED."""

import subprocess
import sys
from importlib import import_module

TRADES = ("indicators", "agreement", "backtest", "command", "sweep")
SPEED = (*TRADES, "minute", "growth", "imports")
NAMES = (*SPEED, "parity", "deliveries", "latest", "pages", "stream")


def everything() -> int:
    """Each in a process of its own; how many missed a target."""
    command = [sys.executable, "-m", "tests.bench"]
    codes = [subprocess.run([*command, name], check=False).returncode for name in SPEED]
    return sum(code != 0 for code in codes)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit(everything())
    if sys.argv[1] not in NAMES:
        sys.exit(f"WHAT is one of {', '.join(NAMES)}, not {sys.argv[1]}")
    import_module(f"tests.bench.{sys.argv[1]}").main(sys.argv[2:])
