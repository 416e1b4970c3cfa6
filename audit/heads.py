"""The chain's head, kept outside the database: one line a day that a rewritten log cannot fit.

Whoever owns the database can cut the newest events with their seals, or write the whole chain anew.
A head kept elsewhere still says what seal number N was, and `verify_audit` compares.
"""

import fcntl
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import BinaryIO

import structlog

from audit.log import log_event
from audit.models import Event, Seal
from audit.sealing import head, moment

LONGEST_LINE = 200  # bytes

log = structlog.get_logger(__name__)


class UnreadableHeads(Exception):
    """A file of heads holds something else; the text says where."""


@dataclass(frozen=True)
class Head:
    """The newest seal as it was on one day."""

    day: date
    seq: int
    hash: str
    sealed_at: datetime

    def __str__(self) -> str:
        return f"{self.day} {self.seq} {self.hash} {moment(self.sealed_at)}"


def keep_head(path: Path, *, now: datetime) -> Head | None:
    """The head added to the file now; None when today's is there, or nothing is sealed yet.

    On the disk when this returns, in the process's log and in the log of events. Any number of
    processes may call it: one of those that share the file adds the day's line.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        last_line = _last_line(file)
        newest = head()
        is_whole = last_line.endswith(b"\n")
        if newest is None or (is_whole and last_line.startswith(f"{now.date()} ".encode())):
            return None
        kept = Head(now.date(), newest.seq, newest.hash, newest.sealed_at)
        if not is_whole:  # the power went while it was written
            file.truncate(file.tell() - len(last_line))
        file.write(f"{kept}\n".encode())
        file.flush()
        os.fsync(file.fileno())
    _tell(kept, now=now)
    return kept


def read_heads(path: Path) -> list[Head]:
    """The kept heads, oldest first; none where there is no file. Raises UnreadableHeads."""
    if not path.exists():
        return []
    heads = []
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
        try:
            day, seq, digest, at = line.split()
            kept = Head(date.fromisoformat(day), int(seq), digest, datetime.fromisoformat(at))
        except ValueError:
            raise UnreadableHeads(f"Line {number} of {path} is no head: {line[:80]!r}.") from None
        heads.append(kept)
    return heads


def heads_told() -> list[Head]:
    """The heads the log itself tells of: a chain written anew fits them only if they are too."""
    rows = Event.objects.filter(kind="audit.head_kept").order_by("pk").values_list("at", "payload")
    return [
        Head(at.date(), told["seq"], told["hash"], datetime.fromisoformat(told["sealed_at"]))
        for at, told in rows
    ]


def unlike(heads: Iterable[Head]) -> tuple[Head | None, Head | None]:
    """The first kept head the chain does not hold any more, and the last before it that it does."""
    fits: Head | None = None
    for kept in sorted(heads, key=lambda each: (each.seq, each.day)):
        if not Seal.objects.filter(seq=kept.seq, hash=kept.hash).exists():
            return kept, fits
        fits = kept
    return None, fits


def _tell(kept: Head, *, now: datetime) -> None:
    told = {"seq": kept.seq, "hash": kept.hash, "sealed_at": moment(kept.sealed_at)}
    log.info("audit.head", **told)
    text = f"The log's head of {kept.day} is seal {kept.seq}, {kept.hash}"
    log_event("audit.head_kept", at=now, text=text, payload=told)


def _last_line(file: BinaryIO) -> bytes:
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - LONGEST_LINE))
    lines = file.read().splitlines(keepends=True)
    return lines[-1] if lines else b""
