"""`manage.py backtest`: asked in a shell, answered there."""

import csv
import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from backtests.models import Backtest
from markets.feeds.push import Push
from strategies.ema_rsi import EmaRsi
from tests.backtests.stored import store_minutes

pytestmark = pytest.mark.django_db

ASKED = ("backtest", "--symbol", "EURUSD", "--strategy", "ema_rsi", "--feed", "push")
ASKED += ("--from", "2026-03-02", "--to", "2026-03-04")


@pytest.fixture(autouse=True)
def minutes():
    store_minutes(count=2_880)


def ran(*options):
    out = StringIO()
    call_command(*ASKED, *options, stdout=out, stderr=StringIO())
    return out.getvalue()


def test_it_tells_figures_with_units_costs_and_what_was_left_out_in_eighty_columns():
    told = ran("--slippage", "0.2", "--sl", "20pips", "--tp", "none", "--param", "fast=9")

    assert max(map(len, told.splitlines())) <= 80
    assert f"{EmaRsi.title} on EURUSD\nM1 bars of {Push.name}, 2,880 of them" in told
    assert "Stop 20 pips, target none" in told
    assert "slippage 0.2 pips a fill" in told
    assert "Kill switch, Daily loss limit" in told
    assert "nobody traded them" in told


def test_for_programs_it_tells_everything_and_keeps_nothing():
    told = json.loads(ran("--json", "--no-guards"))

    assert told["figures"]["n"] == len(told["trades"]) > 10
    assert (told["guards"], told["guards_left_out"]) == ([], [])
    assert not Backtest.objects.exists()


def test_its_trades_go_to_a_file_and_the_run_can_be_kept(tmp_path):
    file = tmp_path / "trades.csv"

    ran("--no-guards", "--csv", str(file), "--keep")

    run = Backtest.objects.get()
    assert run.state == "done"
    rows = [line for line in file.open() if not line.startswith("#")]
    assert len(list(csv.DictReader(rows))) == run.figures["n"] == len(run.result.trades())


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--param", "fats=1"), "^--param fats: .*did you mean 'fast'"),
        (("--param", "fast"), "--param: write it as NAME=VALUE, such as fast=9, not fast"),
        (("--param", "fast=30"), "^--param fast: .* must be shorter than slow"),
        (("--strategy", "ema_rs"), "^--strategy: .*did you mean ema_rsi"),
        (("--symbol", "EURUSX"), "^--symbol: There is no symbol EURUSX. Known: EURUSD."),
        (("--from", "2020-02-30"), "^--from: '2020-02-30' is no time"),
        (("--to", "2026-03-01"), "^--to: The period must end after it starts"),
        (("--sl", "3.001pips"), "^--sl: at most two decimals"),
        (("--capital", "0"), "^--capital: must be at least 0.01"),
        (("--risk", "101"), "^--risk: must be at most 100"),
        (("--sl", "3"), "write it as 3atr or 20pips, not 3"),
        (("--commission", "-1"), "^--commission: must be at least 0 pips"),
    ],
)
def test_what_cannot_be_tested_is_said(options, words):
    with pytest.raises(CommandError, match=words):
        ran(*options)
