import json
from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from markets.models import Candle, RejectedBar
from tests.builders import make_key, make_symbol

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)  # a Wednesday
PRICES = {"open": 1.1, "high": 1.1002, "low": 1.0998, "close": 1.1001}


def item(n: int = 0, **values) -> dict:
    time = (START + timedelta(minutes=n)).isoformat().replace("+00:00", "Z")
    return {"time": time, **PRICES, **values}


def body(*bars, **values) -> dict:
    return {"symbol": "EURUSD", "timeframe": "M1", "bars": list(bars), **values}


@pytest.fixture
def send(client, time_machine):
    """Post a body, or the text of one, with a key that may push candles."""
    time_machine.move_to(START + timedelta(hours=1), tick=False)
    make_symbol()
    _, key = make_key("candles:write")

    def post(sent, headers=None):
        return client.post(
            "/api/candles",
            sent if isinstance(sent, str) else json.dumps(sent),
            content_type="application/json",
            headers={"Authorization": f"Api-Key {key}"} if headers is None else headers,
        )

    return post


def test_pushed_bars_are_stored_under_the_feed_push(send):
    response = send(body(item(0), item(1)))

    assert response.status_code == 200
    assert response.json() == {
        "symbol": "EURUSD",
        "stored": 2,
        "duplicates": 0,
        "revised": 0,
        "rejected": [],
    }
    assert set(Candle.objects.values_list("feed", "ask_source")) == {("push", "typical")}


def test_pushing_again_changes_nothing(send):
    send(body(item()))

    assert send(body(item())).json()["duplicates"] == 1
    assert Candle.objects.count() == 1


def test_each_refused_bar_is_explained_and_costs_no_other(send):
    good = item(9, ask_open=1.1001, ask_high=1.1003, ask_low=1.0999, ask_close=1.1002)

    response = send(
        body(
            item(0, close="1.1"),
            item(1, high=1.0),
            item(2, ask_close=1.2),
            item(3, price=1),
            item(4, time="2026-11-18 10:04"),
            item(90),
            [],
            item(5, open=True),
            good,
        )
    )

    told = {row["index"]: row["reason"] for row in response.json()["rejected"]}
    assert response.json()["stored"] == 1
    assert told == {
        0: "close must be a number",
        1: "low and high do not enclose open and close",
        2: "send all four ask prices or none",
        3: "unknown field 'price'; known are ask_close, ask_high, ask_low, ask_open, close, "
        "high, low, open, time, volume",
        4: "time needs a zone: end it with Z for UTC",
        5: "its time is in the future",
        6: "a bar must be an object with time, open, high, low and close",
        7: "open must be a number",
    }
    assert RejectedBar.objects.count() == 8
    assert Event.objects.filter(kind="bars.rejected").count() == 1
    assert Candle.objects.get().ask_close == 1.1002


@pytest.mark.parametrize("price", ["NaN", "Infinity", "1e999", "1" + "0" * 400])
def test_numbers_that_are_none_are_never_stored(send, price):
    response = send(json.dumps(body(item(open=0.25))).replace("0.25", price))

    assert response.status_code == 400 or response.json()["rejected"]
    assert not Candle.objects.exists()


@pytest.mark.parametrize(
    "sent",
    [
        "",
        "[]",
        "nonsense",
        "[" * 100_000,
        '{"symbol": "EURUSD", "symbol": "EURUSD", "timeframe": "M1", "bars": [1]}',
        body(),
        body(item(), symbol="XXXYYY"),
        body(item(), symbol=["EURUSD"]),
        body(item(), timeframe="M5"),
        body(item(), extra=1),
        body(*[item()] * 1001),
        {"symbol": "EURUSD", "timeframe": "M1", "bars": {}},
        {"bars": [item()]},
    ],
    ids=lambda sent: str(sent)[:40],
)
def test_a_request_that_cannot_be_read_is_refused_whole_in_the_house_shape(send, sent):
    response = send(sent)

    assert response.status_code == 400
    assert set(response.json()["error"]) == {"code", "message", "details"}
    assert not Candle.objects.exists()


def test_a_body_over_the_limit_is_refused(send):
    assert send(json.dumps(body(item(), pad="x" * 300_000))).status_code == 413


def test_a_full_request_fits_and_takes_few_queries(send, django_assert_max_num_queries):
    asks = {"ask_open": 1.1001, "ask_high": 1.1003, "ask_low": 1.0999, "ask_close": 1.1002}
    bars = [item(n - 1000, **asks, volume=12) for n in range(1000)]

    with django_assert_max_num_queries(30):
        response = send(body(*bars))

    assert response.json()["stored"] == 1000


def test_without_the_scope_nothing_is_taken(send):
    _, other = make_key("signals:read")

    assert send(body(item()), headers={}).status_code == 401
    assert send(body(item()), headers={"Authorization": f"Api-Key {other}"}).status_code == 403
    assert not Candle.objects.exists()
