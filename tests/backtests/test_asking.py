"""What may be asked for, and what is said about the rest."""

from datetime import UTC, datetime

import pytest

from backtests.asking import PlanError, parse_plan
from backtests.plan import Costs, Plan
from risk.models import RiskSettings
from risk.versions import save_settings
from tests.backtests.stored import asked, plan, store_minutes
from tests.builders import NOON

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def minutes():
    store_minutes(count=400)


def test_what_is_left_out_has_the_defaults_of_a_config_and_the_desks_guards():
    found = parse_plan(asked(feed=None))

    assert found.start == datetime(2026, 3, 2, tzinfo=UTC)
    assert (found.sl_value, found.tp_value, found.expiry_bars) == (3.0, 4.5, 120)
    assert (found.feed, found.costs, found.parameters) == ("push", Costs(), {})
    assert found.guards["spread"] == {"enabled": True, "min_stop_to_spread": 3.0}


def test_the_desks_guards_are_those_in_force_when_it_was_asked():
    settings = RiskSettings(guards={"spread": {"enabled": False}})
    save_settings(settings, by="test", now=NOON)

    assert parse_plan(asked()).guards["spread"]["enabled"] is False


def test_a_plan_is_the_same_as_json():
    found = parse_plan(asked(parameters={"fast": "9"}, costs={"spread_pips": 1.5}))

    assert Plan.of_json(found.as_json()) == found
    assert found.parameters == {"fast": 9}


def test_a_trailing_strategy_has_no_target_unless_one_is_named():
    assert plan(strategy="donchian_atr").tp_value is None
    assert plan(strategy="donchian_atr", tp_value=6).tp_value == 6.0
    assert plan(tp_value=None).tp_value is None


@pytest.mark.parametrize(
    ("sent", "field", "words"),
    [
        ({"symbols": []}, "symbols", "at least one"),
        ({"symbols": "EURUSDX"}, "symbols", "no symbol EURUSDX. Known: EURUSD"),
        ({"start": "yesterday"}, "start", "no time such as"),
        ({"end": None}, "end", "Say a day"),
        ({"end": "2026-03-02"}, "end", "must end after"),
        (
            {"start": "2025-01-01", "end": "2025-02-01"},
            "start",
            "some of push from 2026-03-02 00:00 to",
        ),
        (
            {"feed": "stored"},
            "start",
            "no candles of stored in this period; there are some of push from",
        ),
        ({"feed": "twelvedat"}, "feed", "did you mean twelvedata?"),
        ({"timeframe": "M2"}, "timeframe", "There is no M2"),
        ({"strategy": "ema"}, "strategy", "There is no ema"),
        ({"parameters": {"fats": 3}}, "parameters.fats", "did you mean 'fast'"),
        ({"parameters": {"fast": 30}}, "parameters.fast", "fast"),
        ({"parameters": 3}, "parameters", "Send settings by name."),
        ({"guards": {"spred": {}}}, "guards", "unknown guard"),
        ({"guards": 5}, "guards", "Say"),
        ({"guards": {"spread": 5}}, "guards", "Say"),
        ({"costs": {"slippage_pips": -1}}, "costs.slippage_pips", "at least 0"),
        ({"costs": {"swap": 1}}, "costs.swap", "unknown setting"),
        ({"capital": 0}, "capital", "at least"),
        ({"risk_pct": 101}, "risk_pct", "at most 100"),
        ({"sl_mode": "atr"}, "sl_mode", "did you mean atrx?"),
        ({"sl_value": "nan"}, "sl_value", "must be a number"),
        ({"sl_value": 1e308}, "sl_value", "at most 100000"),
        ({"tp_value": 4.505}, "tp_value", "two decimals"),
        ({"start": "0001-01-01"}, "start", "from 1970 to 2199"),
        ({"end": "9999-12-31"}, "end", "from 1970 to 2199"),
        ({"start": "1990-01-01"}, "end", "At most 30 years"),
        ({"capitol": 1}, "capitol", "did you mean capital?"),
    ],
)
def test_what_cannot_be_tested_is_named_with_what_to_do(sent, field, words):
    with pytest.raises(PlanError, match=words) as refused:
        parse_plan(asked(**sent))

    assert refused.value.field == field


def test_symbols_of_different_feeds_ask_for_one():
    store_minutes("GBPUSD", count=10, feed="mock")

    with pytest.raises(PlanError, match="candles of mock, push: say of which feed"):
        parse_plan(asked(symbols="EURUSD gbpusd", feed=None))
