"""The page of why, or why not, and its JSON: what was asked, what is answered, what is linked."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dashboard.why.asking import minute_of
from markets.models import Candle, CandleRevision
from signals.models import Signal
from strategies.registry import STRATEGIES
from tests.builders import NOON, make_config, make_key, make_symbol, make_user
from tests.signals.desk import first_signal, make_desk

pytestmark = pytest.mark.django_db
FORM = "%Y-%m-%dT%H:%M"


@pytest.fixture
def viewer(client):
    client.force_login(make_user("vera"))
    return client


@pytest.fixture
def signal():
    return first_signal(make_desk())


def shown(client, **asked):
    answer = client.get("/signals/why/", asked)
    assert answer.status_code == 200
    return answer.content.decode()


def asked_of(signal, **other):
    return {"symbol": signal.symbol.code, "at": f"{signal.bar_closed_at:{FORM}}", **other}


def test_a_signal_leads_to_its_minute_and_back(viewer, signal):
    page = viewer.get(f"/signals/{signal.pk}/").content.decode()
    link = f"/signals/why/?symbol=EURUSD&amp;at={signal.bar_closed_at:{FORM}}&amp;strategy=ema_rsi"

    text = shown(viewer, **asked_of(signal))

    assert link in page
    assert f'href="/signals/{signal.pk}/"' in text
    assert "as computed again" in text
    assert "What was recorded is not what comes out now" not in text


def test_the_ways_on_lead_a_minute_and_a_signal_further(viewer, signal):
    later = signal.bar_closed_at + timedelta(minutes=2)

    text = shown(viewer, **asked_of(signal) | {"at": f"{later:{FORM}}"})

    for at in (signal.bar_closed_at, later - timedelta(minutes=1), later + timedelta(minutes=1)):
        assert f"at={at:{FORM}}" in text


def test_an_altered_record_is_said_loudly(viewer, signal):
    Signal.objects.filter(pk=signal.pk).update(confidence=0.01)

    text = shown(viewer, **asked_of(signal))

    assert "What was recorded is not what comes out now." in text
    assert "<td>Confidence</td>" in text


def test_odd_minutes_say_what_is_odd(viewer, signal):
    candle = Candle.objects.get(time=signal.bar_time)
    sides = ("open", "high", "low", "close", "ask_open", "ask_high", "ask_low", "ask_close")
    values = {side: getattr(candle, side) + 0.001 for side in sides}
    CandleRevision.objects.create(
        candle=candle, observed_at=NOON, volume=1, ask_source="feed", **values
    )
    Candle.objects.filter(pk=candle.pk).update(ask_source="crossed")

    text = shown(viewer, **asked_of(signal))

    assert "The feed sent an ask below the bid" in text
    assert "Sent again with other values 2026-11-18 12:00:00 UTC" in text


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"symbol": "XXX"}, "There is no symbol “XXX”; choose one of the list."),
        ({"at": "noon"}, "Write the minute as 2026-11-20T12:34, in UTC."),
        ({"at": "0001-01-01T00:00"}, "Choose a year between 1990 and 2100."),
        ({"strategy": "magic"}, "There is no strategy “magic”; choose one of the list."),
        ({"run": "99"}, "There is no such rehearsal."),
    ],
)
def test_a_question_nobody_can_answer_is_refused_in_words(viewer, asked, words):
    make_config()

    text = shown(viewer, **asked)

    assert words in text
    assert "Nothing is shown until the question above is corrected." in text


def test_an_empty_desk_says_what_is_missing(viewer):
    assert "No symbol is set up yet" in shown(viewer)

    make_symbol()

    assert "No strategy runs on EURUSD yet" in shown(viewer)


def test_three_strategies_take_so_many_queries_and_no_more(viewer, signal):
    for slug in set(STRATEGIES) - {"ema_rsi"}:
        make_config(signal.symbol, slug)
    shown(viewer, **asked_of(signal))

    with CaptureQueriesContext(connection) as queries:
        shown(viewer, **asked_of(signal))

    assert len(queries) <= 60


@pytest.mark.parametrize(
    ("text", "minute"),
    [
        ("2026-11-18T12:34", "2026-11-18T12:34"),
        ("2026-11-18 12:34:56", "2026-11-18T12:34"),
        ("2026-11-18T13:34:56+01:00", "2026-11-18T12:34"),
        ("now", "2026-11-18T12:00"),
        ("", "2026-11-18T12:00"),
    ],
)
def test_a_minute_is_read_as_people_and_scripts_write_it(text, minute):
    assert f"{minute_of(text, now=NOON + timedelta(seconds=40)):{FORM}}" == minute


def test_scripts_get_the_same_with_numbers(client, signal):
    key = make_key("signals:read")[1]

    answer = client.get("/api/why", asked_of(signal), headers={"X-API-Key": key})

    body = answer.json()
    (config,) = body["configs"]
    assert (body["symbol"], body["at"][:16]) == ("EURUSD", f"{signal.bar_closed_at:{FORM}}")
    assert (config["verdict"], config["record"]["signal"]) == ("SELL", signal.pk)
    assert config["record"]["agrees"] is True
    assert config["computed"]["made"]["price"] == signal.price_text
    assert [side["side"] for side in config["computed"]["rules"]][:2] == ["BUY", "SELL"]
    assert body["minute"]["prices"][0]["close"] == float(signal.price)


def test_scripts_that_name_no_minute_get_the_last_closed_bar(client, signal):
    key = make_key("signals:read")[1]
    before = timezone.now().replace(second=0, microsecond=0)

    answer = client.get("/api/why", {"symbol": "eurusd"}, headers={"X-API-Key": key})

    assert answer.status_code == 200
    assert before <= datetime.fromisoformat(answer.json()["at"]) <= timezone.now()


@pytest.mark.parametrize(
    ("asked", "field", "status"),
    [
        ({"symbol": "x"}, "symbol", 400),
        ({"at": "x"}, "at", 400),
        ({"at": "now"}, "at", 400),
        ({"run": "0"}, "run", 400),
        ({"symbol": "XXXYYY"}, "symbol", 404),
        ({"at": "1989-12-31T23:59"}, "at", 404),
        ({"at": "2101-01-01T00:00Z"}, "at", 404),
        ({"strategy": "magic"}, "strategy", 404),
        ({"run": "99"}, "run", 404),
    ],
)
def test_scripts_are_refused_by_name(client, asked, field, status):
    make_config()
    key = make_key("signals:read")[1]

    answer = client.get("/api/why", {"symbol": "EURUSD"} | asked, headers={"X-API-Key": key})

    assert answer.status_code == status
    assert list(answer.json()["error"]["details"]) == [field]
