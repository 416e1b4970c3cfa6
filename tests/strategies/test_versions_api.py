"""Versions of a config by script: listed, read, gone back to."""

from datetime import timedelta

import pytest

from strategies.models import StrategyConfig
from strategies.versions import save_config
from tests.builders import NOON, make_config, make_user
from tests.strategies.asking import change, error, send

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(hours=1)


def test_versions_are_listed_read_and_gone_back_to(script, config):
    change(script, config, parameters={"fast": 10}, is_enabled=False)
    path = f"/api/admin/strategies/{config.pk}/versions"

    listed = script.get(path).json()["results"]
    first = script.get(f"{path}/1").json()
    back = send(script, "post", f"{path}/1/restore", expected=2).json()

    assert [row["number"] for row in listed] == [2, 1]
    assert listed[0]["changes"] == ["enabled on -> off", "fast 12 -> 10"]
    assert (first["settings"]["sl_value"], first["settings"]["parameters"]["fast"]) == (3.0, 12)
    assert (back["version"]["number"], back["parameters"]["fast"]) == (3, 12)
    assert back["changed"] == ["enabled off -> on", "fast 10 -> 12"]


def test_going_back_from_an_older_version_is_refused(script, config):
    change(script, config, is_enabled=False)

    path = f"/api/admin/strategies/{config.pk}/versions/1/restore"
    assert error(send(script, "post", path, expected=1), 409)["code"] == "SAVED_MEANWHILE"
    assert send(script, "post", path).json()["changed"] == ["enabled off -> on"]


@pytest.mark.parametrize("place", ["{}", "{}/versions", "{}/versions/1", "1/versions/9"])
def test_what_is_not_there_is_404(script, config, place):
    for number in (config.pk + 1, 10**30):
        answer = script.get(f"/api/admin/strategies/{place.format(number)}")
        assert error(answer, 404)["code"] == "NOT_FOUND"


def test_a_config_whose_strategy_is_gone_can_be_read_and_not_changed(script, config):
    StrategyConfig.objects.update(strategy="old_one")

    assert script.get("/api/strategies").json()["count"] == 1
    assert "no longer known" in error(change(script, config, is_enabled=False))["message"]


def test_the_versions_of_a_config_cost_the_same_with_many(client, django_assert_num_queries):
    config = make_config()
    for bars in range(20):
        config.expiry_bars = 200 + bars
        save_config(config, by="ruth", now=LATER)
    client.force_login(make_user("sam", "staff"))

    with django_assert_num_queries(6):  # session, user, permissions of both, config, rows
        rows = client.get(f"/api/admin/strategies/{config.pk}/versions").json()["results"]

    assert len(rows) == 21
