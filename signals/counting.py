"""How many signals were ever recorded live: counted up once for all that a transaction recorded."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from django.db.models import F

from signals.models import Signal, SignalCount

NAMED = ("symbol", "strategy", "action", "status")
Key = tuple[str, str, str, str]


def count_signals(signals: Iterable[Signal]) -> None:
    """Count these, just recorded; three statements however many there are."""
    every = list(signals)
    if not every:
        return
    times = Counter(map(_key, every))
    SignalCount.objects.bulk_create(
        (SignalCount(**dict(zip(NAMED, key, strict=True))) for key in times), ignore_conflicts=True
    )
    rows = SignalCount.objects.filter(symbol__in={key[0] for key in times})
    row_of = {(*key,): pk for pk, *key in rows.values_list("pk", *NAMED)}
    last_at = {_key(signal): signal.issued_at for signal in every}
    alike = defaultdict(list)
    for key, count in times.items():
        alike[count, last_at[key]].append(row_of[key])
    for (count, at), ids in alike.items():
        SignalCount.objects.filter(pk__in=ids).update(total=F("total") + count, last_at=at)


def _key(signal: Signal) -> Key:
    """What it is counted under: an accepted one as open, however it ended since."""
    is_blocked = signal.status == Signal.Status.BLOCKED
    status = Signal.Status.BLOCKED if is_blocked else Signal.Status.OPEN
    return signal.symbol.code, signal.strategy, str(signal.action), str(status)
