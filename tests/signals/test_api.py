from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from signals.models import Signal
from tests.builders import NOON, make_key, make_signal, make_symbol

pytestmark = pytest.mark.django_db

KEYS = [
    "symbol",
    "timeframe",
    "action",
    "price",
    "sl",
    "tp",
    "confidence",
    "strategy",
    "version",
    "expires_at",
    "issued_at",
    "id",
    "lots_hint",
    "status",
    "blocked_by",
    "bar_time",
    "late",
    "outcome",
]


def latest(client, **asked):
    return client.get("/api/signals/latest", asked)


def recent(client, **asked):
    return client.get("/api/signals/recent", asked).json()


def test_latest_answers_exactly_the_keys_of_the_contract_in_order(client):
    make_signal()

    answer = latest(client, symbol="EURUSD")

    assert list(answer.json()) == KEYS


def test_prices_are_numbers_with_the_symbols_digits_and_times_are_utc(client):
    signal = make_signal()

    body = latest(client, symbol="eurusd").json()

    assert (body["price"], body["sl"], body["tp"]) == (1.08523, 1.08323, 1.08723)
    assert body["expires_at"] == signal.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert (body["version"], body["outcome"]) == ("v1", None)


def test_latest_is_404_in_the_error_shape_when_nothing_is_current(client):
    make_signal(expires_at=timezone.now() - timedelta(seconds=1))

    answer = latest(client, symbol="EURUSD")

    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "NO_SIGNAL"


@pytest.mark.parametrize(
    "hidden", [{"status": "blocked"}, {"is_shadow": True}, {"run": "rehearsal"}]
)
def test_latest_never_shows_blocked_shadowed_or_rehearsed_signals(client, hidden):
    make_signal(**hidden)

    assert latest(client, symbol="EURUSD").status_code == 404


def test_a_flat_carries_null_levels(client):
    make_signal(action="FLAT", sl=None, tp=None, confidence=None, status="closed")

    body = latest(client, symbol="EURUSD").json()

    assert (body["action"], body["sl"], body["tp"], body["confidence"]) == ("FLAT", *[None] * 3)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "symbol"),
        ({"symbol": "<script>"}, "symbol"),
        ({"symbol": "EURUSD", "strategy": "x"}, "strategy"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(client, asked, field):
    answer = latest(client, **asked)

    assert answer.status_code == 400
    assert field in answer.json()["error"]["details"]


def test_recent_pages_from_the_newest_bar_back_without_losing_or_repeating_any(client):
    made = [make_signal(minutes_ago=ago) for ago in (3, 1, 2)]

    first = recent(client, limit=2)
    second = recent(client, limit=2, cursor=first["next"])

    listed = [row["id"] for row in first["signals"] + second["signals"]]
    assert listed == [made[1].pk, made[2].pk, made[0].pk]
    assert (first["count"], second["count"], second["next"]) == (2, 1, None)


def test_recent_shows_blocked_signals_only_when_asked(client):
    make_signal(status="blocked", minutes_ago=2)
    make_signal(minutes_ago=1)

    assert {row["status"] for row in recent(client)["signals"]} == {"open"}
    assert {row["status"] for row in recent(client, status="blocked")["signals"]} == {"blocked"}


def test_recent_filters_by_symbol_strategy_action_and_time(client):
    euro = make_signal(minutes_ago=5)
    pound = make_signal(symbol=make_symbol("GBPUSD"), minutes_ago=1, strategy="donchian_atr")
    since = (pound.bar_closed_at - timedelta(minutes=1)).isoformat()

    for asked, found in [
        ({"symbol": "EURUSD"}, euro),
        ({"strategy": "donchian_atr"}, pound),
        ({"since": since}, pound),
    ]:
        assert [row["id"] for row in recent(client, **asked)["signals"]] == [found.pk]
    assert recent(client, action="SELL")["count"] == 0


def test_a_broken_cursor_is_refused(client):
    assert client.get("/api/signals/recent", {"cursor": "///"}).status_code == 404


def test_a_closed_api_needs_a_key_with_the_scope(client, settings):
    settings.PUBLIC_API = False
    make_signal()
    _, right = make_key("signals:read")
    _, wrong = make_key("candles:write")

    answers = [
        client.get("/api/signals/latest?symbol=EURUSD", headers={"X-Api-Key": key}).status_code
        for key in (right, wrong)
    ]

    assert latest(client, symbol="EURUSD").status_code == 401
    assert answers == [200, 403]


@time_machine.travel(NOON, tick=False)
def test_lists_take_the_same_number_of_queries_whatever_they_hold(
    client, django_assert_max_num_queries
):
    for ago in range(5):
        make_signal(minutes_ago=ago)

    with django_assert_max_num_queries(2):
        recent(client)

    assert Signal.objects.count() == 5
