"""The statement written by hand finds what `SignalQuerySet` finds."""

from datetime import timedelta
from itertools import product
from random import Random

import pytest
import time_machine
from rest_framework.exceptions import NotFound

from signals.contract import contract_json
from signals.messages import facts_of, signal_json
from signals.models import Signal, Tick
from signals.pull import newest_current, pull
from tests.builders import NOON, make_signal, make_symbol, make_tick
from tests.signals.stored_signals import make_position

SYMBOLS, STRATEGIES = ("EURUSD", "GBPUSD", "USDJPY"), ("ema_rsi", "donchian_atr")
NEVER = "XAUUSD"


@pytest.fixture(autouse=True)
def noon():
    """The clock stands still, so that no two signals fall into one minute."""
    with time_machine.travel(NOON, tick=False):
        yield


def make_history(lots, *, now):
    """Signals of every kind and state, over three hours."""
    symbols = [make_symbol(code) for code in SYMBOLS]
    for minute in lots.sample(range(1, 180), 60):
        expires_at = now + timedelta(minutes=lots.choice([-5, 5, 30]))
        signal = make_signal(
            lots.choice(symbols),
            minutes_ago=minute,
            strategy=lots.choice(STRATEGIES),
            status=lots.choice(["open", "open", "closed", "blocked"]),
            run=lots.choice(["live", "live", "rehearsal"]),
            is_shadow=lots.random() < 0.2,
            late=lots.random() < 0.5,
            tp=None if lots.random() < 0.3 else "1.08723",
            refusals=lots.choice([[], [{"guard": "spread", "reason": "wide"}]]),
            expires_at=expires_at,
        )
        if lots.random() < 0.6:
            make_position(signal, state=lots.choice(["open", "closed"]))


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_it_finds_what_the_queryset_finds(seed):
    now = NOON
    make_history(Random(seed), now=now)
    make_tick(at=now - timedelta(seconds=40), finished_at=now - timedelta(seconds=39))

    for symbol, strategy, timeframe in product(
        (*SYMBOLS, NEVER), ("", *STRATEGIES), ("", "M1", "M15")
    ):
        columns = {"symbol__code": symbol, "strategy": strategy, "timeframe": timeframe}
        rows = Signal.objects.current(now).filter(**{k: v for k, v in columns.items() if v})
        asked = {"symbol": symbol, "strategy": strategy, "timeframe": timeframe}
        found = newest_current({k: v for k, v in asked.items() if v}, now=now)

        expected = rows.for_reading().first()
        assert as_json(found.facts) == ([signal_json(expected)] if expected else [])
        if expected:
            changed = max(facts_of(expected).changed_at, Tick.objects.readers_change(now=now))
            assert found.changed_at == changed


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(3))
def test_its_pages_hold_what_the_queryset_finds_once_and_in_order(seed):
    lots, now = Random(seed), NOON
    make_history(lots, now=now)

    for symbol, status in product(("", *SYMBOLS), ("", "open", "blocked")):
        found = Signal.objects.live() if status else Signal.objects.public()
        columns = {"symbol__code": symbol, "status": status}
        rows = found.filter(**{k: v for k, v in columns.items() if v}).for_reading()
        asked = {k: v for k, v in {"symbol": symbol, "status": status}.items() if v}

        listed = list(all_pages(asked, limit=lots.choice([1, 3, 100]), now=now))

        assert listed == [signal_json(signal) for signal in rows]


def all_pages(asked, *, limit, now):
    """Every signal of one page after another."""
    cursor = None
    while True:
        page = pull(asked | ({"cursor": cursor} if cursor else {}), limit=limit, now=now)
        yield from as_json(page.facts)
        if not (cursor := page.next):
            return


def as_json(facts):
    return [contract_json(each) for each in facts]


@pytest.mark.django_db
@pytest.mark.parametrize("cursor", ["", "x", "1.x", "1e5.1", f"1.{2**63}", f"{10**30}.1", "1.-1"])
def test_a_place_that_is_none_is_not_found(cursor):
    with pytest.raises(NotFound, match="begin again without it"):
        pull({"cursor": cursor}, limit=1, now=NOON)
