"""Risk settings by script: what staff do on the page, with a key."""

import pytest

from audit.models import Event
from risk.models import DailyLoss, RiskSettings, RiskVersion
from risk.versions import ensure_settings, save_settings
from tests.builders import NOON, make_key, make_user

pytestmark = pytest.mark.django_db
RISK = "/api/admin/risk"


@pytest.fixture
def script(client):
    """A client with a key that may run the desk; `name` is how the log calls it."""
    ensure_settings(by="seed", now=NOON)
    key, text = make_key("signals:write")
    client.defaults["HTTP_X_API_KEY"] = text
    client.name = key.actor
    return client


def send(client, method, path, /, **body):
    return getattr(client, method)(path, body, content_type="application/json")


def guards(client, **guards):
    return send(client, "patch", RISK, guards=guards)


def error(answer, status=400):
    assert answer.status_code == status, answer.content
    return answer.json()["error"]


def test_every_guard_is_told_with_its_settings_units_and_limits(script):
    told = script.get(RISK).json()

    assert told["guards"]["volatility"] == {"enabled": True, "max_atr_pct": 0.04}
    assert told["guards"]["kill_switch"] == {"enabled": True}
    assert (told["loss_unit"], told["version"]["number"]) == ("R", 1)
    about = {guard["slug"]: guard for guard in told["about"]}
    assert about["kill_switch"]["is_always_on"]
    assert about["volatility"]["settings"][0]["unit"] == "% of price"


def test_a_desk_that_was_never_seeded_tells_its_defaults_and_stores_nothing(client):
    client.force_login(make_user("sam", "staff"))

    told = client.get(RISK).json()

    assert told["version"] == {"number": 0, "label": "v0", "created_at": None, "created_by": ""}
    assert not RiskVersion.objects.exists()


def test_what_is_named_changes_guard_by_guard_and_setting_by_setting(script):
    guards(script, stale_feed={"max_hole_minutes": 9})
    answer = guards(script, stale_feed={"settle_minutes": "45"}, spread={"enabled": False}).json()

    assert answer["guards"]["stale_feed"] == {
        "enabled": True,
        "max_hole_minutes": 9,
        "settle_minutes": 45,
    }
    assert answer["changed"] == [
        "Stale feed: settle (minutes) 30 -> 45",
        "Stop to spread on -> off",
    ]
    assert (answer["version"]["number"], answer["version"]["created_by"]) == (3, script.name)
    assert Event.objects.filter(kind="risk.changed", actor=script.name).count() == 2


@pytest.mark.parametrize(
    "body", [{}, {"loss_unit": "R"}, {"guards": {}}, {"guards": {"spread": {"enabled": True}}}]
)
def test_what_is_so_already_makes_no_version(script, body):
    answer = send(script, "patch", RISK, **body)

    assert (answer.status_code, answer.json()["changed"]) == (200, [])
    assert RiskVersion.objects.count() == 1


def test_a_change_made_from_an_older_version_is_refused_with_what_differs(script):
    save_settings(RiskSettings(guards={"spread": {"enabled": False}}), by="ben", now=NOON)

    refused = error(send(script, "patch", RISK, loss_unit="account currency", expected=1), 409)

    assert refused["code"] == "SAVED_MEANWHILE"
    assert refused["details"] == {
        "expected": 1,
        "current": 2,
        "changes": ["Stop to spread on -> off"],
    }
    assert RiskVersion.objects.count() == 2


@pytest.mark.parametrize(
    ("chosen", "name", "words"),
    [
        ({"spred": {}}, "spred", "There is no such guard; there is kill_switch, "),
        ({"spread": {"max": 1}}, "spread.max", "unknown setting 'max'"),
        ({"spread": {"enabled": "false"}}, "spread.enabled", "Write true or false"),
        ({"spread": {"enabled": 0}}, "spread.enabled", "Write true or false"),
        ({"kill_switch": {"enabled": False}}, "kill_switch.enabled", "is always on"),
        ({"volatility": {"max_atr_pct": 0}}, "volatility.max_atr_pct", "at least 0.0001 % of pr"),
        ({"volatility": {"max_atr_pct": "NaN"}}, "volatility.max_atr_pct", "must be a number"),
        ({"volatility": {"max_atr_pct": None}}, "volatility.max_atr_pct", "must be a number"),
        ({"daily_loss": {"limit": 10**400}}, "daily_loss.limit", "must be a number"),
        ({"daily_loss": {"limit": -1}}, "daily_loss.limit", "must be at least 0.01"),
        ({"stale_feed": {"settle_minutes": 1.5}}, "stale_feed.settle_minutes", "a whole number"),
        ({"stale_feed": {"settle_minutes": True}}, "stale_feed.settle_minutes", "a whole number"),
    ],
    ids=str,
)
def test_what_no_guard_takes_is_refused_by_its_name_and_nothing_is_stored(
    script, chosen, name, words
):
    refused = error(send(script, "patch", RISK, guards=chosen))

    assert list(refused["details"]) == [f"guards.{name}"]
    assert words in refused["details"][f"guards.{name}"][0]
    assert RiskVersion.objects.count() == 1


@pytest.mark.parametrize(
    "name", ["id", "pk", "number", "snapshot", "updated_at", "created_by", "created_at", "version"]
)
def test_nothing_else_of_the_settings_can_be_written(script, name):
    refused = error(send(script, "patch", RISK, **{name: 7, "loss_unit": "account currency"}))

    assert list(refused["details"]) == [name]
    assert RiskSettings.objects.get().loss_unit == "R"


def test_versions_are_listed_read_and_gone_back_to(script, django_assert_num_queries):
    for limit in (4, 5, 6):
        guards(script, daily_loss={"limit": limit})

    with django_assert_num_queries(3):  # the key, rows, the versions before them
        listed = script.get(f"{RISK}/versions").json()["results"]
    back = send(script, "post", f"{RISK}/versions/1/restore", expected=4).json()

    assert [row["number"] for row in listed] == [4, 3, 2, 1]
    assert [row["changes"] for row in listed[2:]] == [
        ["Daily loss limit: limit 3 -> 4"],
        ["created"],
    ]
    assert script.get(f"{RISK}/versions/3").json()["guards"]["daily_loss"]["limit"] == 5.0
    assert (back["version"]["number"], back["changed"]) == (5, ["Daily loss limit: limit 6 -> 3"])
    assert error(script.get(f"{RISK}/versions/99"), 404)
    assert error(send(script, "post", f"{RISK}/versions/1/restore", expected=4), 409)


def test_the_days_loss_is_told_and_read(script):
    before = script.get(f"{RISK}/daily-loss").json()
    told = send(script, "put", f"{RISK}/daily-loss", amount=1.5).json()

    assert (before["amount"], before["updated_at"]) == (0.0, None)
    assert (told["amount"], told["loss_unit"], told["updated_by"]) == (1.5, "R", script.name)
    assert told == script.get(f"{RISK}/daily-loss").json()
    assert Event.objects.get(kind="risk.daily_loss").actor == script.name


@pytest.mark.parametrize(
    ("body", "name", "words"),
    [
        ({}, "amount", "Enter a number, 0 if nothing is lost."),
        ({"amount": None}, "amount", "Enter a number, 0 if nothing is lost."),
        ({"amount": -1}, "amount", "Enter the loss as a positive number."),
        ({"amount": 1.555}, "amount", "Two decimals at most."),
        ({"amount": "NaN"}, "amount", "Write a number"),
        ({"amount": 10**400}, "amount", "At most 14 digits."),
        ({"amount": 1, "day": "2026-11-18"}, "day", "There is no such field"),
        ({"amount": 1, "updated_by": "me"}, "updated_by", "There is no such field"),
    ],
    ids=str,
)
def test_a_loss_that_is_none_is_refused_in_words(script, body, name, words):
    refused = error(send(script, "put", f"{RISK}/daily-loss", **body))

    assert words in refused["details"][name][0]
    assert not DailyLoss.objects.exists()
