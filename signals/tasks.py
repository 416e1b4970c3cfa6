"""The scheduler's doors to the engine and to its looks back."""

from collections.abc import Sequence

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from signals.engine import tick, work_shard
from signals.parity import check_due
from signals.prices_seen import note_prices_seen
from signals.uptime import read_uptime


@shared_task(ignore_result=True)
def evaluate() -> None:
    """Look at the clock: evaluate every closed bar that is still waiting."""
    tick(now=timezone.now(), uptime=read_uptime(), hand_out=_hand_out)


@shared_task(ignore_result=True)
def evaluate_shard(beat_id: int, symbol_ids: list[int]) -> None:
    """One shard's part of a tick; whatever is lost of it is caught up by the next."""
    if errors := work_shard(beat_id, symbol_ids, now=timezone.now()):
        raise ExceptionGroup("the shard is done, but not all of it worked", errors)


def _hand_out(beat_id: int, symbol_ids: Sequence[int]) -> None:
    expires = settings.EVALUATION_INTERVAL_SECONDS * 0.95
    evaluate_shard.apply_async((beat_id, list(symbol_ids)), expires=expires)


@shared_task(ignore_result=True)
def look_back() -> None:
    """Compute yesterday again, and the days before it that nobody looked back at."""
    check_due(now=timezone.now())


@shared_task(ignore_result=True)
def note_prices() -> None:
    """Note the price at which each copy of a signal was heard of, once its bar is stored."""
    note_prices_seen(now=timezone.now())
