"""What a killed sender leaves behind: which of its posts had begun to leave this machine.

Each process that sends keeps one small file, locked for as long as it lives and mapped into its
memory. Right before the first byte of a post goes to the socket, the post's number is stored in
the map: one store in memory, which the kernel keeps whatever happens to the process. The lock of a
dead process can be taken, so whoever takes it reads the final truth: a post whose number is not in
the file never left, and its deliveries may be posted again. The file proves nothing after a crash
of the whole machine, so its name holds the id of the boot; where the system has no such id, or the
folder cannot be written, posts carry no sender and a dead sender's are held as uncertain.
"""

import fcntl
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from delivery.errors import NeverLeft

SLOTS = 512  # posts one process can have on their way, and those whose result was lost
NUMBER = struct.Struct("<q")  # one slot: the number of a post that has begun to leave, or 0
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass
class Marks:
    """The marks of this process."""

    name: str
    file: BinaryIO  # open for the lock
    memory: mmap.mmap
    owner: int  # pid: a forked child must not use its parent's
    free: list[int] = field(default_factory=lambda: list(range(SLOTS)))
    taken: dict[int, int] = field(default_factory=dict)  # post to slot

    def mark(self, post_id: int) -> None:
        """From here on, nobody can say that the post never left; or raises NeverLeft."""
        if not self.free:
            raise NeverLeft("no_mark", "too many posts of this process have no result")
        slot = self.taken[post_id] = self.free.pop()
        NUMBER.pack_into(self.memory, slot * NUMBER.size, post_id)

    def clear(self, post_id: int) -> None:
        """The post's result is stored: nothing about it needs to be proved any more."""
        slot = self.taken.pop(post_id, None)
        if slot is not None:
            NUMBER.pack_into(self.memory, slot * NUMBER.size, 0)
            self.free.append(slot)


@dataclass(frozen=True)
class DeadSender:
    """A process that is gone, and the posts of which it cannot be said that they never left."""

    name: str
    left: frozenset[int]


_mine: dict[Path, Marks | None] = {}  # by folder
_opening = threading.Lock()


def marks(folder: Path, *, boot_id: Path = BOOT_ID) -> Marks | None:
    """This process's marks, made at the first call; None where they would prove nothing."""
    with _opening:
        own = _mine.get(folder)
        if own is None or own.owner != os.getpid():
            own = _mine[folder] = _open(folder, boot_id)
        return own


def dead_senders(folder: Path, *, boot_id: Path = BOOT_ID) -> Iterator[DeadSender]:
    """Every dead process of this machine and boot; its file goes once the caller asks on.

    While one is given out its file is locked, so no other sweeper settles the same posts.
    """
    boot = _read(boot_id)
    for path in sorted(folder.glob("*.marks")):
        with suppress(FileNotFoundError), path.open("rb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue  # it lives
            if boot is not None and path.stem.startswith(boot):
                numbers = NUMBER.iter_unpack(file.read(SLOTS * NUMBER.size))
                yield DeadSender(path.stem, frozenset(number for (number,) in numbers) - {0})
            path.unlink(missing_ok=True)


def _open(folder: Path, boot_id: Path) -> Marks | None:
    boot = _read(boot_id)
    if boot is None:
        return None
    name = f"{boot}-{os.getpid()}-{uuid4().hex[:12]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unready = folder / f"{name}.new"  # a sweeper only looks at files that are locked already
        file = unready.open("x+b")
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(bytes(SLOTS * NUMBER.size))  # a hole could not be filled on a full disk
        file.flush()
        memory = mmap.mmap(file.fileno(), SLOTS * NUMBER.size)
        unready.rename(folder / f"{name}.marks")
    except OSError:
        return None
    return Marks(name, file, memory, os.getpid())


def _read(boot_id: Path) -> str | None:
    try:
        return boot_id.read_text().strip().replace("-", "")
    except OSError:
        return None
