"""The public word on what works."""

import pytest
from django.utils import timezone

from dashboard.health import feeds_state, overall
from tests.builders import make_tick

FINE = {name: {"status": "ok"} for name in ("database", "broker", "scheduler", "feeds", "delivery")}


def test_without_a_database_the_desk_is_down_and_with_less_it_is_degraded():
    assert overall(FINE) == "ok"
    assert overall({**FINE, "delivery": {"status": "paused"}}) == "ok"
    assert overall({**FINE, "scheduler": {"status": "late"}}) == "degraded"
    assert overall({**FINE, "broker": {"status": "down"}}) == "degraded"
    assert overall({**FINE, "database": {"status": "down"}}) == "down"


@pytest.mark.parametrize(
    ("states", "word"),
    [
        ([], "ok"),
        (["healthy", "quiet"], "ok"),
        (["healthy", "dead"], "degraded"),
        (["dead", "late"], "down"),
        (["closed", "closed"], "closed"),
        (["closed", "healthy"], "ok"),
    ],
)
def test_all_feeds_have_one_word(states, word):
    assert feeds_state(states) == word


@pytest.mark.django_db(transaction=True)
def test_anybody_may_ask_and_learns_states_only(client, settings, tmp_path):
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/no-broker.sock"
    make_tick(at=timezone.now())

    answer = client.get("/api/health")

    assert answer.status_code == 200
    body = answer.json()
    assert body["status"] == "degraded"
    assert body["components"]["broker"] == {"status": "down"}
    assert body["components"]["database"] == {"status": "ok"}
    assert body["components"]["scheduler"]["status"] == "ok"
    assert 0 <= body["components"]["scheduler"]["last_tick_age_seconds"] < 60
    assert set(body["components"]) == set(FINE)
