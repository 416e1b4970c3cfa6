import io
import json

import pytest
from django.core.management import CommandError, call_command

from tests.backtests.stored import store_minutes
from tests.processes import run_manage

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def check(*words):
    out = io.StringIO()
    call_command("check_strategy", *words, stdout=out)
    return out.getvalue()


def test_it_tells_each_check_and_a_verdict_on_stored_candles():
    store_minutes(count=3_000)

    told = check("ema_rsi", "--symbol", "eurusd")

    assert told.startswith("ema_rsi on 3,000 bars of EURUSD from feed push, 2026-03-02 00:00 to ")
    assert "DEMO" not in told
    assert told.count("ok  ") == 8
    assert "Safe to run: none of 8 checks found it cheating or stumbling." in told


def test_settings_and_json_reach_the_checks():
    store_minutes(count=6_000)

    found = json.loads(check("donchian_atr", "--param", "channel=350", "--json"))

    assert found["is_safe"] is True
    memory = next(each for each in found["findings"] if each["check"] == "memory")
    assert "decided from 352 bars alone" in memory["text"]


@pytest.mark.processes
def test_a_fresh_clone_needs_no_database(tmp_path):
    run = run_manage("check_strategy", "ema_rsi", "--json", VAR_DIR=str(tmp_path))

    assert run.returncode == 0, run.stderr
    assert "DEMO" in json.loads(run.stdout)["candles"]


def test_without_candles_the_demo_is_used_and_said():
    told = check("meanrev_bb")

    assert "of EURUSD from feed mock (DEMO: made-up prices)" in told


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        (["ema_rsi", "--symbol", "GBPUSD"], "No symbol GBPUSD. Known: EURUSD."),
        (["ema_rsi", "--param", "fats=3"], "did you mean 'fast'"),
        (["ema_rsi", "--from", "soon"], "--from: 'soon' is not a date"),
        (["ema_rsi", "--symbol", "EURUSD"], "EURUSD has 500 bars from feed push"),
    ],
)
def test_what_cannot_be_is_told_with_what_to_do(words, answer):
    store_minutes(count=500)

    with pytest.raises(CommandError, match=answer):
        check(*words)
