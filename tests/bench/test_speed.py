"""The benches of speed run on small work without a peer; how fast they are is nobody's test."""

import sys
from datetime import UTC, datetime

import numpy as np
import pytest

from markets.catalog import ensure_symbol
from markets.importing import import_file
from markets.models import Candle
from tests.bench import own, parity
from tests.bench.agreement import COUNTS, OPEN, UNKNOWN, differences
from tests.bench.indicators import distance, until_near
from tests.bench.minute import HEAD, PARTS, judge
from tests.bench.minute import Found as Minute
from tests.bench.minutes import (
    BLOCK,
    drawn,
    folder,
    fxcm,
    read_columns,
    side_by_side,
    write_columns,
)
from tests.bench.stored import file_of
from tests.bench.turns import Engine, table, take_turns
from tests.processes import ROOT
from tests.strategies.frames import random_bars

LOOP = ROOT / "tests" / "bench" / "peers" / "loop.py"
needs_minutes = pytest.mark.skipif(
    not (ROOT.parent / "shared" / "data").exists(), reason="no real minutes in ../shared/data"
)


@pytest.fixture
def data(tmp_path):
    return str(write_columns(random_bars(length=3_000, seed=4), tmp_path / "minutes"))


def test_columns_give_back_the_bars(data):
    assert own.bars(data).equals(random_bars(length=3_000, seed=4).astype("float64"))


def test_the_desks_side_of_each_bench_runs(data, tmp_path):
    found = own.one(data)
    swept = own.sweep(data, [12, 14], [26])

    assert 0 < found["trades"] < swept["trades"]
    assert own.as_desk(data)["trades"] > 0
    assert own.indicators(data, 500, 2)["seconds"] > 0
    own.values(data, 500, str(tmp_path / "values.npz"))
    assert np.load(tmp_path / "values.npz")["ema"].shape == (500,)


def test_the_plain_loop_has_the_same_trades_on_bid_and_ask(data, tmp_path):
    loop = Engine("loop", [sys.executable, str(LOOP)])
    lists = [tmp_path / f"{name}.npy" for name in ("own", "loop")]

    own.trades(data, str(lists[0]))
    loop.ask(do="trades", data=data, out=str(lists[1]))
    loop.close()

    mine, theirs = (np.load(each) for each in lists)
    equal, reasons = differences(mine, theirs, last_row=2_999)
    assert len(mine) == equal > 50
    assert not reasons


def test_a_spread_lies_on_the_side_that_backtesting_py_enters_at(data):
    bars = own.bars(data)

    bought, sold = own.quoted(bars, 0.001, 1), own.quoted(bars, 0.001, -1)

    assert (bought["ask_open"] == bars["open"] * 1.001).all()
    assert (bought["open"] == bars["open"]).all()
    assert (sold["open"] == bars["open"] * 0.999).all()
    assert (sold["ask_open"] == bars["ask_open"]).all()


def test_a_trade_that_differs_has_a_reason_or_is_told():
    same = [10.0, 20.0, 1.0, 1.1, 1.2, 0.1]
    moved = [30.0, 41.0, -1.0, 1.1, 1.2, -0.1]
    late = [90.0, 99.0, 1.0, 1.1, 1.2, 0.1]

    equal, reasons = differences(
        np.array([same, [30.0, 40.0, *moved[2:]]]), np.array([same, moved, late]), last_row=99
    )

    assert equal == 1
    assert reasons == {UNKNOWN: 1, OPEN: 1}


def test_a_value_is_far_where_only_one_side_knows_it():
    apart = distance(np.array([np.nan, np.nan, 1.0, 2.0]), np.array([np.nan, 1.0, 1.0, 2.1]))

    assert apart.tolist() == pytest.approx([0.0, 1.0, 0.0, 0.1 / 2.1])
    assert until_near(np.array([1.0, 0.0, 1.0, 0.0])) == 3


def test_engines_take_turns_after_one_to_get_warm(data):
    loop = Engine("loop", [sys.executable, str(LOOP)])

    take_turns([loop], 2, do="backtest", data=data)
    loop.close()

    assert [turn["trades"] for turn in loop.turns] == 2 * [loop.first["trades"]]
    assert table(["engine"], [[loop.name]]) == "| engine |\n| --- |\n| loop |\n"


@pytest.mark.django_db
def test_a_file_of_minutes_is_imported_as_they_are(tmp_path):
    bars = random_bars(length=300, seed=4).round(5)
    symbol, now = ensure_symbol("EURUSD"), datetime(2026, 12, 1, tzinfo=UTC)

    report = import_file(symbol, file_of(bars, tmp_path / "bars.csv"), zone="UTC", now=now)

    closes = Candle.objects.order_by("time").values_list("close", flat=True)
    assert (report.rows, report.stored) == (300, 300)
    assert list(closes) == bars["close"].tolist()


@pytest.mark.parametrize(
    ("warm", "cold", "naive", "is_met"),
    [(1, 5, 25, True), (1.1, 5, 50, False), (1, 5.1, 25, False), (1, 5, 24, False)],
)
def test_a_minute_meets_its_target_only_with_all_three(warm, cold, naive, is_met):
    parts = dict.fromkeys(PARTS, 0.1) | {"queries": 4}

    found = Minute(
        "SQLite", 1_000, parts | {"seconds": cold}, parts | {"seconds": warm}, naive, 9.0
    )

    assert judge(found) == is_met
    assert len(found.row()) == len(HEAD)


@needs_minutes
def test_drawn_minutes_look_like_the_market_and_are_the_same_each_time():
    made = drawn(5 * BLOCK, seed=3)

    assert made.equals(drawn(5 * BLOCK, seed=3))
    assert (made["high"] >= made[["open", "close"]].max(axis=1)).all()
    assert (made["low"] <= made[["open", "close"]].min(axis=1)).all()
    assert 0.00005 < np.log(made["close"]).diff().std() < 0.0003


@needs_minutes
@pytest.mark.once
@pytest.mark.parametrize("code", ["GBPUSD", "USDJPY"])
def test_the_reference_rule_gives_the_references_count_on_real_minutes(code, tmp_path):
    bars = side_by_side(fxcm(code))
    bid = {f"ask_{side}": bars[side] for side in ("open", "high", "low", "close")}
    data = str(write_columns(bars.assign(**bid), tmp_path))

    assert folder().exists()
    assert own.one(data)["trades"] == COUNTS[code]
    assert read_columns(tmp_path).equals(bars.assign(**bid))


@pytest.mark.parametrize(
    ("bars", "trades", "told", "is_met"),
    [
        (100_000, 5, [], True),
        (100_000, 5, ["1: r 1.0, 1.1"], False),
        (99_999, 5, [], False),
        (100_000, 0, [], False),
    ],
)
def test_parity_wants_no_difference_on_enough_minutes_with_trades_everywhere(
    bars, trades, told, is_met
):
    minutes = {"bars": bars, "signals": 9, "trades": trades, "differences": told}
    fives = {"bars": bars // 5, "signals": 2, "trades": 1, "differences": []}

    assert parity.judge(2 * 3 * [minutes, fives]) == is_met


@needs_minutes
def test_parity_takes_all_eight_months():
    months = [*parity.fxcm(), *parity.histdata()]

    assert [month.code for month in months] == ["GBPUSD", "USDJPY", *6 * ["EURUSD"]]
    assert all(month.path.exists() and month.start < month.end for month in months)
