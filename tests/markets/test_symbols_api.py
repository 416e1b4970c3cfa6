"""Symbols and holidays by script: what staff do in Admin, with a key."""

import pytest

from audit.models import Event
from markets.models import Holiday, Symbol
from tests.builders import make_candles, make_key, make_symbol, make_user

pytestmark = pytest.mark.django_db
CHRISTMAS = {
    "name": "Christmas",
    "closes_at": "2026-12-24T22:00:00Z",
    "opens_at": "2026-12-25T22:00:00Z",
}
EURUSD = {
    "code": "EURUSD",
    "digits": 5,
    "pip_size": 0.0001,
    "typical_spread_pips": 1.0,
    "feed": "mock",
    "is_enabled": True,
    "is_demo": True,
}


@pytest.fixture
def script(client):
    """A client with a key that may run the desk; `name` is how the log calls it."""
    key, text = make_key("signals:read", "signals:write")
    client.defaults["HTTP_X_API_KEY"] = text
    client.name = key.actor
    return client


def send(client, method, path, **body):
    return getattr(client, method)(path, body, content_type="application/json")


def refused(answer, field):
    """The words of a 400 for this field."""
    assert answer.status_code == 400, answer.content
    return answer.json()["error"]["details"][field][0]


def test_symbols_are_listed_by_code_and_by_what_is_asked(script):
    make_symbol("GBPUSD", feed="push")
    make_symbol("EURUSD")
    make_symbol("AUDUSD", is_enabled=False)

    def codes(query):
        return [row["code"] for row in script.get(f"/api/symbols{query}").json()["results"]]

    assert codes("") == ["AUDUSD", "EURUSD", "GBPUSD"]
    assert codes("?enabled=true") == ["EURUSD", "GBPUSD"]
    assert codes("?feed=push") == ["GBPUSD"]
    assert script.get("/api/symbols?enabled=true&feed=mock").json()["results"] == [EURUSD]


def test_a_list_of_symbols_is_read_a_page_at_a_time(script):
    for code in ("GBPUSD", "EURUSD", "AUDUSD"):
        make_symbol(code)

    first = script.get("/api/symbols?limit=2").json()
    second = script.get(f"/api/symbols?limit=2&cursor={first['next']}").json()

    assert [row["code"] for row in first["results"]] == ["AUDUSD", "EURUSD"]
    assert [row["code"] for row in second["results"]] == ["GBPUSD"]
    assert second["next"] is None


def test_a_list_of_symbols_costs_the_same_with_many(client, django_assert_num_queries):
    client.force_login(make_user("vera"))
    for number in range(30):
        make_symbol(f"PAIR{number}")

    with django_assert_num_queries(5):  # session, user, permissions of both, rows
        assert client.get("/api/symbols").json()["count"] == 30


def test_a_pair_is_added_as_it_is_usually_quoted(script):
    added = send(script, "post", "/api/admin/symbols", code="USDJPY", feed="push")

    assert added.status_code == 201
    assert (added.json()["digits"], added.json()["pip_size"]) == (3, 0.01)
    assert added.json()["is_demo"] is False
    assert script.get("/api/admin/symbols/USDJPY").json() == added.json()
    event = Event.objects.get(kind="symbol.added")
    assert (event.actor, event.text) == (script.name, "USDJPY added")


def test_what_changes_is_one_event_and_the_rest_stays(script):
    make_symbol("EURUSD", feed="push")

    answer = send(script, "patch", "/api/admin/symbols/EURUSD", is_enabled=False)
    again = send(script, "patch", "/api/admin/symbols/EURUSD", is_enabled=False)

    assert answer.json() == again.json()
    assert (answer.json()["feed"], answer.json()["is_enabled"]) == ("push", False)
    event = Event.objects.get(kind="symbol.changed")
    assert (event.actor, event.text) == (script.name, "EURUSD changed: is_enabled True -> False")


def test_a_code_may_be_corrected_until_there_are_candles(script):
    symbol = make_symbol("EURUSE")

    corrected = send(script, "patch", "/api/admin/symbols/EURUSE", code="EURUSD")
    make_candles(Symbol.objects.get(pk=symbol.pk), closes=[1.1])
    late = send(script, "patch", "/api/admin/symbols/EURUSD", code="EURGBP")

    assert corrected.json()["code"] == "EURUSD"
    assert refused(late, "code") == (
        "EURUSD has candles, so its code stays. Add EURGBP as another symbol."
    )


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("code", "eur/usd", "Use capital letters only: EURUSD."),
        ("code", "EURUSD", "There is a symbol EURUSD already: change that one."),
        ("digits", 9, "Must be at most 8."),
        ("digits", 1.5, "Write a whole number"),
        ("digits", True, "Write a whole number"),
        ("pip_size", 0.000001, "A pip cannot be smaller than the last digit of a price."),
        ("pip_size", 10**400, "At most 12 digits."),
        ("typical_spread_pips", -1, "Must be at least 0.0."),
        ("typical_spread_pips", "NaN", "Write a number"),
        ("feed", "bloomberg", "Write one of: mock, "),
        ("is_enabled", "no", "Write true or false"),
        ("is_enabled", None, "It cannot be null."),
        ("id", 7, "There is no such field"),
        ("is_demo", False, "There is no such field"),
    ],
)
def test_a_symbol_that_cannot_be_is_refused_in_words(script, field, value, words):
    make_symbol("EURUSD", feed="push")
    sent = {"code": "GBPUSD", "feed": "push", field: value}

    answer = send(script, "post", "/api/admin/symbols", **sent)

    assert words in refused(answer, field)
    assert Symbol.objects.count() == 1
    assert not Event.objects.filter(kind__startswith="symbol").exists()


def test_a_symbol_nobody_knows_is_404_and_one_without_a_code_is_refused(script):
    assert script.get("/api/admin/symbols/XXXYYY").status_code == 404
    assert send(script, "patch", "/api/admin/symbols/XXXYYY", digits=3).status_code == 404
    assert refused(send(script, "post", "/api/admin/symbols"), "code") == "It must be sent."


def test_holidays_are_added_and_changed_with_events(script):
    added = send(script, "post", "/api/admin/holidays", **CHRISTMAS).json()
    path = f"/api/admin/holidays/{added['id']}"
    send(script, "patch", path, opens_at="2026-12-26T00:00:00+01:00")
    send(script, "patch", path, name="Christmas")

    listed = script.get("/api/admin/holidays").json()["results"]
    assert listed == [script.get(path).json()]
    assert listed == [{"id": added["id"], **CHRISTMAS, "opens_at": "2026-12-25T23:00:00Z"}]
    events = Event.objects.filter(kind__startswith="holiday", actor=script.name)
    assert [event.text for event in events.order_by("pk")] == [
        "Holiday Christmas 2026-12-24 added: closes 24 Dec 22:00, opens 25 Dec 22:00 UTC",
        "Holiday Christmas 2026-12-24 changed: closes 24 Dec 22:00, opens 25 Dec 23:00 UTC",
    ]


def test_a_holiday_that_cannot_be_is_refused_in_words(script):
    send(script, "post", "/api/admin/holidays", **CHRISTMAS)
    backwards = CHRISTMAS | {"closes_at": "2026-12-31T22:00:00Z"}

    twice = send(script, "post", "/api/admin/holidays", **CHRISTMAS)
    ends_first = send(script, "post", "/api/admin/holidays", **backwards)

    assert "begins at this time already" in refused(twice, "closes_at")
    assert "must open again after it closes" in refused(ends_first, "non_field_errors")
    assert Holiday.objects.count() == 1


def test_times_are_utc_for_somebody_who_reads_pages_in_another_zone(client):
    client.force_login(make_user("sam", "staff"))
    client.cookies["zone"] = "Europe/Berlin"

    added = send(client, "post", "/api/admin/holidays", **CHRISTMAS)

    assert added.json()["closes_at"] == "2026-12-24T22:00:00Z"


def test_reading_is_for_viewers_and_changing_for_staff(client):
    make_symbol()
    _, reading = make_key("signals:read")
    header = {"X-Api-Key": reading}

    assert client.get("/api/symbols", headers=header).status_code == 200
    assert client.get("/api/admin/symbols/EURUSD", headers=header).status_code == 403
    assert client.patch("/api/admin/symbols/EURUSD", headers=header).status_code == 403
    assert client.post("/api/admin/holidays", headers=header).status_code == 403
