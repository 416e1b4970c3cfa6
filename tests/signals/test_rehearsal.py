"""Rehearsals of a real month; skipped where its candles do not lie beside the project."""

import io
import json
import os
import signal as posix
import sqlite3
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Sum

from delivery.models import Delivery
from markets.frames import Timeframe
from markets.history import bars_after
from markets.models import Symbol
from signals.models import Run
from tests.builders import make_config, make_recipient, make_symbol
from tests.signals.desk import START, make_desk, pushed
from tests.signals.independent import expected

ROOT = Path(__file__).resolve().parents[2]
MONTH = ROOT.parent / "shared" / "data"
BID, ASK = MONTH / "fxcm_gbpusd_m1_bid_2012.csv.gz", MONTH / "fxcm_gbpusd_m1_ask_2012.csv.gz"
# The calculation is the same on every database, so one of them is enough for the whole month
END, SIGNALS = ("2012-03-02", 4330) if connection.vendor == "sqlite" else ("2012-02-08", 976)
STRATEGIES = ("ema_rsi", "donchian_atr", "meanrev_bb")

real_minutes = pytest.mark.skipif(not BID.exists(), reason=f"no real minutes in {MONTH}")


def import_month() -> Symbol:
    symbol = make_symbol("GBPUSD", feed="mock", typical_spread_pips=0.8)
    for slug in STRATEGIES:
        make_config(symbol, slug)
    call_command("import_candles", "GBPUSD", str(BID), ask=str(ASK), tz="UTC", stdout=io.StringIO())
    return symbol


def rehearse(*options: str) -> list[dict]:
    out = io.StringIO()
    call_command("rehearse", "--json", *options, stdout=out, stderr=io.StringIO())
    return json.loads(out.getvalue())["signals"]


def computed_again(run: Run) -> list[int]:
    """How many bars a look back at all its days compared, and how many differences it found."""
    out = io.StringIO()
    call_command("check_parity", run=run.pk, stdout=out)
    compared = run.checks.aggregate(bars=Sum("bars"), differences=Sum("differences"))
    return [compared["bars"], compared["differences"]]


def decided(signals: list[dict]) -> list[dict]:
    """What was decided, whatever became of it by the end of the run."""
    later = ("status", "outcome")
    return [{name: row[name] for name in row if name not in later} for row in facts(signals)]


def facts(signals: list[dict]) -> list[dict]:
    """The signals without their row ids, which differ from run to run."""
    return [{name: value for name, value in row.items() if name != "id"} for row in signals]


@real_minutes
@pytest.mark.long
@pytest.mark.django_db
def test_a_month_gives_the_signals_of_an_independent_computation_and_the_same_again():
    symbol = import_month()
    make_recipient()
    since = ("--symbol", "GBPUSD", "--from", "2012-02-01")

    again = rehearse(*since, "--to", "2012-02-04")
    signals = rehearse(*since, "--to", END)

    assert decided(again) == [row for row in decided(signals) if row["bar_time"] < "2012-02-04"]
    assert not Delivery.objects.exists()
    bars = bars_after(
        symbol, feed="stored", timeframe=Timeframe.M1, after=None, warmup=0, limit=100_000
    )
    bars = bars[bars.index < END]
    for slug in STRATEGIES:
        found = [
            (row["action"], row["price"], row["sl"], row["tp"], tuple(row["blocked_by"]))
            for row in signals
            if row["strategy"] == slug
        ]
        assert found == [row[1:] for row in expected(slug, bars)]
    assert len(signals) == SIGNALS
    assert computed_again(Run.objects.latest("pk")) == [3 * len(bars), 0]


@pytest.mark.django_db
def test_a_config_that_is_switched_off_can_be_rehearsed():
    symbol = make_desk(is_enabled=False)
    pushed(symbol, 400)
    day = ("--from", f"{START:%Y-%m-%d}", "--to", f"{START + timedelta(days=1):%Y-%m-%d}")

    assert rehearse("--symbol", "EURUSD", *day)


@pytest.mark.django_db
def test_a_rehearsal_without_candles_says_how_to_get_some():
    make_config()

    with pytest.raises(CommandError, match="import_candles EURUSD FILE"):
        rehearse("--symbol", "EURUSD", "--from", "2012-02-01", "--to", "2012-03-02")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ("--symbol=EURUSD", "Give --from, --to"),
        ("--symbol=EURXXX --from=2012-02-01 --to=2012-02-02", "No symbol EURXXX"),
        ("--symbol=EURUSD --from=2012-02-02 --to=2012-02-01", "before --to"),
        ("--symbol=EURUSD --from=yesterday --to=2012-02-01", "is not a date such as 2012"),
        ("--resume=99", "There is no rehearsal 99"),
    ],
)
def test_a_rehearsal_that_cannot_start_says_why(options, answer):
    with pytest.raises(CommandError, match=answer):
        rehearse(*options.split())

    assert not Run.objects.exists()


@real_minutes
@pytest.mark.processes
def test_a_rehearsal_killed_in_the_middle_resumes_to_the_same_signals(tmp_path):
    desk = Desk(tmp_path)
    desk.run("migrate", "-v0")
    desk.run("shell", "-v0", "-c", SET_UP)
    desk.run("import_candles", "GBPUSD", str(BID), "--ask", str(ASK), "--tz", "UTC")
    whole = desk.json("rehearse", *PERIOD, "--json")

    killed = desk.start("rehearse", *PERIOD, "--json")
    run_line = killed.stderr.readline()
    desk.wait_for_signals(of_run=2)
    killed.send_signal(posix.SIGKILL)
    killed.wait()
    resumed = desk.json("rehearse", "--resume", "2", "--json")

    assert "rehearse --resume 2" in run_line
    assert killed.stdout.read() == ""  # it did not get to its end
    assert facts(resumed["signals"]) == facts(whole["signals"])


PERIOD = ("--symbol", "GBPUSD", "--from", "2012-02-01", "--to", "2012-02-08")
SET_UP = """
from django.utils import timezone
from markets.catalog import ensure_symbol
from strategies.versions import ensure_config
symbol = ensure_symbol("GBPUSD", feed="mock")
for slug in ("ema_rsi", "donchian_atr", "meanrev_bb"):
    ensure_config(symbol, slug, by="test", now=timezone.now())
"""


class Desk:
    """A desk of its own in a folder: real processes on SQLite, whatever the suite runs on."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        own = {"VAR_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "forexsignals.settings"}
        outside = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY")
        self.env = {name: v for name, v in os.environ.items() if name not in outside} | own

    def start(self, *arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(command, env=self.env, text=True, **pipes)

    def run(self, *arguments: str) -> str:
        process = self.start(*arguments)
        out, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
        return out

    def json(self, *arguments: str) -> dict:
        return json.loads(self.run(*arguments))

    def wait_for_signals(self, *, of_run: int) -> None:
        """Return while the run is somewhere in its middle."""
        rows = f"SELECT count(*) FROM signals_signal WHERE run_id = {of_run}"  # noqa: S608
        with sqlite3.connect(self.folder / "desk.sqlite3", timeout=20) as database:
            while database.execute(rows).fetchone()[0] < 30:
                pass
