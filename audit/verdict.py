"""The whole of what `verify_audit` says: one sentence, what to do, and a code for programs."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from audit.heads import Head
from audit.models import Event, Seal
from audit.sealing import head, moment
from audit.triggers import missing_triggers
from audit.verify import Fault, first_fault

WHOLE, TAMPERED, UNSEALED, UNPROTECTED = 0, 1, 3, 4  # 2 is a command called wrongly

KEEP = "Keep the database as it is and compare it with a copy from before."
SEAL = "See that worker and beat run, then run this again."
PROTECT = "Run `manage.py migrate --skip-checks` as the owner of the tables."


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """How the log is."""

    code: int
    text: str  # what is wrong and what to do, or how much is whole
    fault: Fault | None
    missing: tuple[str, ...]  # triggers
    head: Seal | None
    sealed: int
    waiting: int  # events without a seal
    heads: int  # kept heads it was compared with

    def as_json(self) -> dict[str, Any]:
        last = self.head
        return {
            "status": ["whole", "tampered", "", "unsealed", "unprotected"][self.code],
            "text": self.text,
            "fault": asdict(self.fault) if self.fault else None,
            "missing_triggers": list(self.missing),
            "head": last
            and {"seq": last.seq, "hash": last.hash, "sealed_at": moment(last.sealed_at)},
            "sealed": self.sealed,
            "waiting": self.waiting,
            "heads_compared": self.heads,
        }


def judge(heads: Sequence[Head], *, now: datetime) -> Verdict:
    """The verdict on the log as it is at `now`, against all kept `heads`."""
    fault, missing = first_fault(now=now, heads=heads), tuple(missing_triggers())
    last, events = head(), Event.objects.count()
    sealed = last.seq if last else 0
    waiting = max(0, events - sealed)
    whole = f"{sealed} sealed events, {waiting} waiting for their seal."
    code, text = _judged(fault, missing) or (WHOLE, f"The log is whole: {whole}")
    return Verdict(
        code=code,
        text=text,
        fault=fault,
        missing=missing,
        head=last,
        sealed=sealed,
        waiting=waiting,
        heads=len(heads),
    )


def _judged(fault: Fault | None, missing: Sequence[str]) -> tuple[int, str] | None:
    if fault and fault.kind != "unsealed":
        return TAMPERED, f"The log was tampered with. {fault.text} {KEEP}"
    if missing:
        names = ", ".join(missing)
        return (
            UNPROTECTED,
            f"The chain is whole, but nothing protects it: {names} missing. {PROTECT}",
        )
    if fault:
        return UNSEALED, f"The log is not sealed. {fault.text} {SEAL}"
    return None
