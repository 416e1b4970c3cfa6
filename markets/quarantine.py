"""Bars that were refused, kept aside with the reason."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

from markets.models import RejectedBar, Symbol
from markets.validation import AGREEING, JUMP, Rejection

KEPT_PER_CALL = 1_000  # the caller hears of every rejected bar, the table keeps so many
KEPT = 10_000  # rows of one symbol and feed; older ones make room


def quarantine(symbol: Symbol, feed: str, rejected: Sequence[Rejection], *, now: datetime) -> int:
    """Keep rejected bars aside; how many were never seen before."""
    rows: dict[str, RejectedBar] = {}
    for rejection in rejected[:KEPT_PER_CALL]:
        digest = _digest(rejection)
        rows[digest] = RejectedBar(
            symbol=symbol,
            feed=feed,
            time=rejection.time,
            reason=rejection.reason[:200],
            raw=rejection.raw,
            digest=digest,
            observed_at=now,
        )
    kept = RejectedBar.objects.filter(symbol=symbol, feed=feed)
    for digest in list(kept.filter(digest__in=rows).values_list("digest", flat=True)):
        del rows[digest]
    RejectedBar.objects.bulk_create(rows.values(), ignore_conflicts=True)
    if rows and (surplus := kept.order_by("-id").values_list("id", flat=True)[KEPT : KEPT + 1]):
        kept.filter(id__lte=surplus[0]).delete()
    return len(rows)


def refused_jumps(
    symbol: Symbol, feed: str, *, after: datetime | None, before: datetime | None
) -> tuple[float, ...]:
    """Closes of the last bars refused for a jump between two times, oldest first."""
    if after is None or before is None:
        return ()
    jumps = RejectedBar.objects.filter(
        symbol=symbol, feed=feed, reason__startswith=JUMP, time__gt=after, time__lt=before
    )
    newest = jumps.order_by("-time").values_list("raw__close", flat=True)[: AGREEING - 1]
    return tuple(float(close) for close in reversed(newest))


def _digest(rejection: Rejection) -> str:
    sent = {key: value for key, value in rejection.raw.items() if key != "line"}
    told = f"{rejection.time}|{rejection.reason}|{sorted(sent.items())}"
    return blake2b(told.encode(), digest_size=16).hexdigest()
