"""How long the machine has been up: beside the wall clock it shows when that was set."""

import time
from dataclasses import dataclass
from pathlib import Path

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_CLOCK = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)  # the first counts sleep as well


@dataclass(frozen=True)
class Uptime:
    """One reading; `boot` names the start it counts from, empty where the system has no name."""

    seconds: float | None = None
    boot: str = ""


UNREAD = Uptime()


def read_uptime() -> Uptime:
    """This machine's uptime now; entry points read it beside the clock."""
    boot = BOOT_ID.read_text().strip() if BOOT_ID.exists() else ""
    return Uptime(time.clock_gettime(_CLOCK), boot)
