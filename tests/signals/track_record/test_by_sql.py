"""The figures against plain SQL and arithmetic over the stored rows: two ways, one answer."""

import random
from datetime import timedelta

import pytest
import time_machine
from django.db import connection

from signals.track_record import Asked, track_record
from tests.builders import NOON, make_symbol
from tests.signals.stored_signals import make_judged

pytestmark = pytest.mark.django_db

ENDED_LIVE = """
    FROM signals_signal s JOIN signals_position p ON p.signal_id = s.id
    JOIN signals_run r ON r.id = s.run_id
    WHERE r.kind = 'live' AND NOT s.late AND NOT s.is_shadow AND s.status <> 'blocked'
    AND s.feed <> 'mock' AND p.r_multiple IS NOT NULL
"""


@pytest.fixture
def results():
    """A hundred and sixty, some blocked, late, shadow or unknown, drawn with a seed.

    The clock stands still meanwhile, so that no two signals fall into one minute.
    """
    make_symbol(feed="twelvedata")
    drawn = random.Random(6)
    kinds = [{}, {}, {}, {"status": "blocked"}, {"late": True}, {"is_shadow": True}]
    with time_machine.travel(NOON, tick=False):
        for minute in range(160):
            r = drawn.choice([-1.0, -1.0, -1.04, 0.0, 0.4, 1.5, 2.25, None])
            ended = NOON + timedelta(minutes=drawn.randrange(3000))
            make_judged(r, ended=ended, minutes_ago=minute + 1, **drawn.choice(kinds))


def by_sql(columns):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns} {ENDED_LIVE}")
        return cursor.fetchone()


def falls(values):
    """The deepest fall of the running sum, and the most values below zero in a row."""
    total = best = deepest = 0.0
    run = longest = 0
    for value in values:
        total += value
        best, deepest = max(best, total), min(deepest, total - max(best, total))
        run = run + 1 if value < 0 else 0
        longest = max(longest, run)
    return deepest, longest


def test_counts_sums_and_extremes_are_those_of_the_rows(results):
    told = track_record(Asked(), now=NOON, by=()).whole.figures
    wins = "count(CASE WHEN p.r_multiple > 0 THEN 1 END)"
    losses = "count(CASE WHEN p.r_multiple < 0 THEN 1 END)"
    rows = by_sql(f"count(*), {wins}, {losses}, min(p.r_multiple), max(p.r_multiple)")
    sums = by_sql("sum(p.r_multiple), sum(p.pips), sum(p.return_pct)")

    assert (told.n, told.wins, told.losses, told.worst_r, told.best_r) == rows
    assert told.even == told.n - told.wins - told.losses
    assert (told.r_sum, told.pips_sum, told.return_pct_sum) == pytest.approx(sums)


def test_ratios_follow_from_won_and_lost(results):
    told = track_record(Asked(), now=NOON, by=()).whole.figures
    won, lost = by_sql(
        "sum(CASE WHEN p.r_multiple > 0 THEN p.r_multiple END), "
        "-sum(CASE WHEN p.r_multiple < 0 THEN p.r_multiple END)"
    )

    assert told.is_enough
    assert told.win_rate == pytest.approx(told.wins / told.n)
    assert told.expectancy_r == pytest.approx((won - lost) / told.n)
    assert told.profit_factor == pytest.approx(won / lost)
    assert told.payoff == pytest.approx((won / told.wins) / (lost / told.losses))


def test_the_deepest_fall_and_the_longest_losing_run_are_walked_again(results):
    told = track_record(Asked(), now=NOON, by=()).whole.figures
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT p.r_multiple {ENDED_LIVE} ORDER BY p.closed_at, s.id")
        deepest, longest = falls([r for (r,) in cursor.fetchall()])

    assert told.max_drawdown_r == pytest.approx(deepest)
    assert told.longest_losing_run == longest
