"""Whether one event is what was sealed, looked at where it stands in the chain."""

from dataclasses import dataclass

from django.db.models import Q

from audit.models import Event, Seal
from audit.sealing import GENESIS, seal_hash


@dataclass(frozen=True)
class Proof:
    """An event, its seal (None: not yet) and whether both still fit."""

    event: Event
    seal: Seal | None
    is_intact: bool


def proof_of(event: Event) -> Proof:
    """Recomputes the event's hash and compares the seals before and after it; two queries.

    `verify_audit` does so for the whole chain.
    """
    seal = Seal.objects.filter(event=event).first()
    return Proof(event, seal, seal is None or _fits(seal, event))


def _fits(seal: Seal, event: Event) -> bool:
    beside = Seal.objects.filter(Q(seq=seal.seq - 1) | Q(seq=seal.seq + 1))
    by_seq = {each.seq: each for each in beside}
    before, after = by_seq.get(seal.seq - 1), by_seq.get(seal.seq + 1)
    expected = before.hash if before else GENESIS if seal.seq == 1 else None
    follows = after.prev_hash == seal.hash if after else True
    is_own = seal.hash == seal_hash(seal.prev_hash, event, seal.sealed_at)
    return is_own and follows and seal.prev_hash == expected
