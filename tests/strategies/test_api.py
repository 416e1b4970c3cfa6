"""Strategies by script: what staff do on the pages, with a key."""

from datetime import timedelta

import pytest

from audit.models import Event
from strategies.models import StrategyConfig
from strategies.registry import STRATEGIES
from strategies.versions import save_config
from tests.builders import NOON, make_config, make_symbol, make_user
from tests.strategies.asking import change, error, send

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_a_config_is_told_with_every_setting_its_units_and_its_version(script, config):
    told = script.get(f"/api/admin/strategies/{config.pk}").json()

    assert told["version"].pop("code_hash")
    assert told == {
        "id": config.pk,
        "symbol": "EURUSD",
        "strategy": "ema_rsi",
        "timeframe": "M1",
        "mode": "live",
        "is_enabled": True,
        "parameters": {"fast": 12, "slow": 26, "rsi_period": 14, "gate": 50.0},
        "sl_mode": "atrx",
        "sl_value": 3.0,
        "tp_mode": "atrx",
        "tp_value": 4.5,
        "lots_hint": 0.1,
        "min_confidence": 0.0,
        "expiry_bars": 120,
        "is_demo": True,
        "version": {
            "number": 1,
            "label": "v1",
            "changes": ["created"],
            "created_at": "2026-11-18T12:00:00Z",
            "created_by": "test",
        },
        "units": {
            "parameters.fast": "bars",
            "parameters.slow": "bars",
            "parameters.rsi_period": "bars",
            "parameters.gate": "RSI points",
            "sl_value": "x ATR 14",
            "tp_value": "x ATR 14",
            "lots_hint": "lots",
            "expiry_bars": "bars",
        },
    }


def test_configs_are_listed_by_symbol_and_by_what_is_asked(script):
    pound, euro = make_symbol("GBPUSD"), make_symbol("EURUSD")
    make_config(pound, is_enabled=False)
    make_config(euro, "meanrev_bb", mode="shadow")
    make_config(euro)

    def listed(query):
        rows = script.get(f"/api/strategies{query}").json()["results"]
        return [f"{row['symbol']} {row['strategy']}" for row in rows]

    assert listed("") == ["EURUSD ema_rsi", "EURUSD meanrev_bb", "GBPUSD ema_rsi"]
    assert listed("?symbol=EURUSD&strategy=ema_rsi") == ["EURUSD ema_rsi"]
    assert listed("?mode=shadow") == ["EURUSD meanrev_bb"]
    assert listed("?enabled=false") == ["GBPUSD ema_rsi"]
    assert "mode: Write one of" in error(script.get("/api/strategies?mode=dry"))["message"]


def test_a_list_of_configs_is_read_a_page_at_a_time_at_one_price(client, django_assert_num_queries):
    client.force_login(make_user("vera"))
    for number in range(12):
        make_config(make_symbol(f"PAIR{number:02}"))

    with django_assert_num_queries(5):  # session, user, permissions of both, rows
        first = client.get("/api/strategies?limit=7").json()
    second = client.get(f"/api/strategies?limit=7&cursor={first['next']}").json()

    codes = [row["symbol"] for row in first["results"] + second["results"]]
    assert codes == [f"PAIR{number:02}" for number in range(12)]


def test_every_strategy_says_what_can_be_set(script):
    kinds = {kind["slug"]: kind for kind in script.get("/api/strategies/kinds").json()["results"]}

    assert list(kinds) == list(STRATEGIES)
    assert kinds["donchian_atr"]["trails"]
    fast = kinds["ema_rsi"]["settings"][0]
    assert fast == {
        "name": "fast",
        "title": "Fast",
        "type": "integer",
        "default": 12,
        "minimum": 2.0,
        "maximum": 500.0,
        "unit": "bars",
        "help": "Period of the fast EMA.",
    }


def test_what_is_named_changes_and_the_rest_stays(script, config):
    sent = {"parameters": {"fast": "10"}, "tp_value": None, "lots_hint": 0.25, "expected": 1}
    answer = change(script, config, **sent).json()

    assert answer["changed"] == ["target 4.50 -> none", "lots hint 0.10 -> 0.25", "fast 12 -> 10"]
    assert answer["version"]["number"] == 2
    assert answer["version"]["created_by"] == script.name
    assert answer["parameters"] == {"fast": 10, "slow": 26, "rsi_period": 14, "gate": 50.0}
    assert (answer["tp_value"], answer["lots_hint"], answer["sl_value"]) == (None, 0.25, 3.0)
    event = Event.objects.get(kind="config.changed", actor=script.name)
    assert event.text.startswith("EMA cross with RSI gate on EURUSD, M1 v2: target 4.50 -> none")


@pytest.mark.parametrize("body", [{}, {"is_enabled": True}, {"parameters": {"fast": 12}}])
def test_what_is_so_already_makes_no_version(script, config, body):
    answer = change(script, config, **body)

    assert answer.status_code == 200
    assert (answer.json()["changed"], answer.json()["version"]["number"]) == ([], 1)
    assert config.versions.count() == 1


def test_a_change_made_from_an_older_version_is_refused_with_what_differs(script, config):
    config.expiry_bars = 60
    save_config(config, by="ruth", now=LATER)

    refused = error(change(script, config, sl_value=2, expected=1), 409)
    again = change(script, config, sl_value=2, expected=refused["details"]["current"])

    assert refused["code"] == "SAVED_MEANWHILE"
    assert refused["message"].endswith("then send it again with expected 2.")
    assert refused["details"] == {
        "expected": 1,
        "current": 2,
        "changes": ["expiry bars 120 -> 60"],
    }
    assert (again.json()["version"]["number"], again.json()["expiry_bars"]) == (3, 60)


def test_a_change_made_from_a_version_there_never_was_is_refused(script, config):
    details = error(change(script, config, sl_value=2, expected=7), 409)["details"]

    assert details == {"expected": 7, "current": 1, "changes": []}


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"parameters": {"fsat": 9}}, "parameters.fsat", "did you mean 'fast'?"),
        ({"parameters": {"fast": 30}}, "parameters.fast", "fast must be shorter than slow"),
        ({"parameters": {"fast": 1}}, "parameters.fast", "fast must be at least 2 bars"),
        ({"parameters": {"fast": True}}, "parameters.fast", "must be a whole number, not True"),
        ({"parameters": {"fast": None}}, "parameters.fast", "must be a whole number, not None"),
        ({"parameters": {"fast": "%d"}}, "parameters.fast", "must be a whole number, not '%d'"),
        ({"parameters": {"gate": "NaN"}}, "parameters.gate", "must be a number, not 'NaN'"),
        ({"parameters": {"gate": "sNaN"}}, "parameters.gate", "must be a number, not 'sNaN'"),
        ({"parameters": {"gate": "1e999999"}}, "parameters.gate", "must be a number"),
        ({"parameters": {"gate": -1}}, "parameters.gate", "must be at least 0 RSI points"),
        ({"parameters": [1]}, "parameters", "Write an object"),
        ({"sl_value": 0}, "sl_value", "Must be at least 0.01."),
        ({"sl_value": 1.234}, "sl_value", "At most 2 decimals."),
        ({"sl_value": 10**400}, "sl_value", "Too large: at most 999999.99."),
        ({"sl_value": None}, "sl_value", "Enter a number: every signal has a stop."),
        ({"sl_value": "Infinity"}, "sl_value", "Write a number"),
        ({"lots_hint": -1}, "lots_hint", "Must be at least 0.01."),
        ({"min_confidence": 7}, "min_confidence", "Must be at most 1."),
        ({"min_confidence": "nan"}, "min_confidence", "Write a number"),
        ({"expiry_bars": 0}, "expiry_bars", "Must be at least 1 bar."),
        ({"expiry_bars": 10**30}, "expiry_bars", "Must be at most 100000 bars."),
        ({"is_enabled": "false"}, "is_enabled", "Write true or false"),
        ({"is_enabled": 0}, "is_enabled", "Write true or false"),
        ({"timeframe": "M7"}, "timeframe", "Write one of: M1, M5, M15, H1."),
        ({"mode": ["live"]}, "mode", "Write one of: live, shadow."),
        ({"expected": "one"}, "expected", "Write a whole number"),
    ],
    ids=str,
)
def test_what_cannot_run_is_refused_by_its_name_and_nothing_is_stored(
    script, config, body, field, words
):
    refused = error(change(script, config, **body))

    assert refused["code"] == "VALIDATION_ERROR"
    assert list(refused["details"]) == [field]
    assert words in refused["details"][field][0]
    assert config.versions.count() == 1


MORE = {"id", "symbol", "strategy", "symbol_id", "updated_at", "created_by", "created_at", "number"}
MORE |= {"snapshot", "changes", "code_hash", "version", "versions", "units", "pk", "config"}


@pytest.mark.parametrize("name", sorted(MORE))
def test_nothing_else_of_a_config_can_be_written(script, config, name):
    refused = error(change(script, config, **{name: 7, "is_enabled": False}))

    assert list(refused["details"]) == [name]
    assert "There is no such field" in refused["message"]
    assert StrategyConfig.objects.get().is_enabled


def test_a_config_is_added_with_its_defaults_and_what_is_named(script):
    make_symbol("GBPUSD")
    body = {"symbol": "GBPUSD", "strategy": "donchian_atr", "mode": "shadow"}

    added = send(script, "post", "/api/admin/strategies", **body, parameters={"channel": 55})

    assert added.status_code == 201
    told = added.json()
    assert (told["parameters"]["channel"], told["tp_value"]) == (55, None)
    assert (told["is_enabled"], told["version"]["number"]) == (True, 1)
    assert told["changed"] == ["created"]
    assert Event.objects.get(kind="config.changed").actor == script.name


@pytest.mark.parametrize(
    ("body", "field", "words"),
    [
        ({"strategy": "ema_rsi"}, "symbol", "It must be sent."),
        ({"symbol": "EURUSD"}, "strategy", "It must be sent."),
        ({"symbol": "XXXYYY", "strategy": "ema_rsi"}, "symbol", "There is no symbol XXXYYY"),
        ({"symbol": "EURUSD", "strategy": "x"}, "strategy", "Write one of: ema_rsi, "),
        (
            {"symbol": "EURUSD", "strategy": "ema_rsi"},
            "non_field_errors",
            "This symbol already runs this strategy",
        ),
        ({"symbol": "EURUSD", "strategy": "ema_rsi", "expected": 1}, "expected", "no such field"),
    ],
)
def test_what_cannot_be_added_is_refused_in_words(script, config, body, field, words):
    refused = error(send(script, "post", "/api/admin/strategies", **body))

    assert words in refused["details"][field][0]
    assert StrategyConfig.objects.count() == 1
