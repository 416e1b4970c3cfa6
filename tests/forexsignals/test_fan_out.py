"""A desk whose minute is handed out to two workers, one of which dies in the middle of its shard.

The shard is stopped where all it came to is written but the journal: another connection has put a
row of the same minute there, and neither commits nor rolls back.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest
from celery import Celery

from forexsignals import processes
from forexsignals.supervisor import end
from signals.engine import SHARD
from tests.forexsignals.production import production_desk, query, start
from tests.processes import run_manage, wait_for

pytestmark = pytest.mark.services

Environment = dict[str, str]
SYMBOLS, EVERY, BARS, NEW = 2 * SHARD + 10, 13, 331, 30  # each 13th symbol has a config
SHARDS = [n // SHARD for n in range(0, SYMBOLS, EVERY)]  # of each config: the first, 1, the last
TRACKS, ELSEWHERE = len(SHARDS), len(SHARDS) - SHARDS.count(1)
PREPARE = f"""
from datetime import timedelta
from django.utils import timezone
from markets.models import FeedHealth
from signals.models import Run, Track
from tests.builders import make_candles, make_config, make_symbol
from tests.signals.desk import wave
now = timezone.now()
start = now.replace(second=0, microsecond=0) - timedelta(minutes={BARS})
symbols = [make_symbol(f"X{{n:05d}}", feed="mock") for n in range({SYMBOLS})]
quiet = now + timedelta(hours=1)  # the candles below are all there is
FeedHealth.objects.bulk_create(
    FeedHealth(
        symbol=symbol, feed="mock", checked_at=now, watched_since=now, retry_at=quiet
    )
    for symbol in symbols
)
run = Run.objects.create(kind="live", started_at=now)
for symbol in symbols[::{EVERY}]:
    make_candles(symbol, start=start, closes=wave({BARS}))
    starts_after = start + timedelta(minutes={BARS - NEW - 1})
    Track.objects.create(
        run=run, config=make_config(symbol), feed="mock", starts_after=starts_after
    )
"""
LOOK_BACK = """
from django.utils import timezone
from signals.models import Run
from signals.parity import check_day
from signals.parity.checking import days_with_bars
run = Run.objects.get()
checks = [check_day(run, day, now=timezone.now()) for day in days_with_bars(run)]
print(sum(check.bars for check in checks), sum(check.differences for check in checks))
"""
IN_THE_WAY = """
INSERT INTO signals_journal (track_id, hour, config_version_id, risk_version_id, terms,
    settings_hash, code_hash, first_bar, last_bar, bars, digest, hole_minutes)
SELECT id, now(), 1, 1, '{}', '', '', starts_after + interval '1 minute', now(), 1, '', 0
FROM signals_track ORDER BY id OFFSET %s LIMIT 1
"""
WAITING = "SELECT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
CONNECTED = "SELECT 1 FROM pg_stat_activity WHERE application_name = '{}'"
LEFT = "SELECT shards_left FROM signals_tick ORDER BY id DESC LIMIT 1"
FINISHED = "SELECT count(*) FROM signals_tick WHERE finished_at IS NOT NULL"
MOVED = "SELECT count(*) FROM signals_track WHERE last_bar IS NOT NULL"
JOURNAL = "SELECT sum(bars) FROM signals_journal GROUP BY track_id"
SIGNALS = "SELECT count(*), count(DISTINCT (run_id, config_id, bar_time)) FROM signals_signal"
ERRORS = "SELECT errors FROM signals_tick WHERE errors::text <> '[]'"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Environment]:
    """Some minutes of three shards of symbols that no tick has seen."""
    with production_desk(tmp_path, redis_db=12, is_seeded=False) as environment:
        shell(environment, PREPARE)
        yield environment


def shell(desk: Environment, script: str) -> str:
    result = run_manage("shell", "-v0", "-c", script, **desk)
    assert result.returncode == 0, result.stderr
    return result.stdout


@contextmanager
def in_the_way(desk: Environment) -> Iterator[None]:
    """A row of the journal that the second shard writes too stays undecided."""
    with psycopg.connect(desk["DATABASE_URL"]) as other:
        other.execute(IN_THE_WAY, [SHARDS.index(1) + 5])
        yield
        other.rollback()


def tell_time(desk: Environment) -> None:
    """A tick, as beat sends it."""
    with Celery(broker=desk["REDIS_URL"], set_as_current=False) as app:
        app.send_task("signals.tasks.evaluate")


def test_the_next_tick_completes_what_a_killed_worker_left_of_a_shard(desk: Environment) -> None:
    with ExitStack() as stack:
        workers = {}
        for name in ("worker-1", "worker-2"):
            workers[name] = start(processes.worker().command, desk | {"PGAPPNAME": name})
            stack.callback(end, workers[name], grace=20)

        with in_the_way(desk):
            tell_time(desk)
            ((victim,),) = wait_for(lambda: query(desk, WAITING), seconds=60, what="a shard")
            wait_for(lambda: query(desk, LEFT) == [(1,)], seconds=30, what="the other shards")
            workers[victim].kill()
            workers[victim].wait()
        gone = CONNECTED.format(victim)
        wait_for(lambda: not query(desk, gone), seconds=30, what="the end of its transaction")
        seen = query(desk, MOVED)[0][0], query(desk, FINISHED)[0][0]
        tell_time(desk)
        wait_for(lambda: query(desk, FINISHED)[0][0], seconds=60, what="a finished tick")

    signals, bars_with_one = query(desk, SIGNALS)[0]
    assert seen == (ELSEWHERE, 0)
    assert query(desk, LEFT) == [(0,)] and not query(desk, ERRORS)
    assert query(desk, JOURNAL) == [(NEW,)] * TRACKS
    assert signals == bars_with_one >= TRACKS
    assert shell(desk, LOOK_BACK).split() == [str(NEW * TRACKS), "0"]
