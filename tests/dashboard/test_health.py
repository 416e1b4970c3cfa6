"""The public word on what works."""

from datetime import UTC, date, datetime, timedelta
from time import monotonic

import pytest
import time_machine
from django.utils import timezone

from dashboard.health import DEADLINE, check_all, feeds_state, overall
from delivery.channel_states import pause_channel
from delivery.channels.whatsapp_versions import version_state
from delivery.models import Delivery
from delivery.pauses import pause
from tests.builders import make_delivery, make_tick

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


@pytest.fixture
def delivery_state(settings, tmp_path, transactional_db):
    """What health says of delivery, however long a busy machine takes."""
    settings.CELERY_BROKER_URL = f"redis+socket://{tmp_path}/no-broker.sock"
    return lambda: check_all(now=timezone.now(), patience=30.0)["delivery"]["status"]


def due(minutes_ago, **values):
    now = timezone.now()
    times = {"due_at": now - timedelta(minutes=minutes_ago), "deliver_by": now}
    return make_delivery(**{**times, **values})


def test_messages_that_wait_too_long_degrade_delivery(delivery_state):
    due(1)
    assert delivery_state() == "ok"

    due(3)
    assert delivery_state() == "degraded"


def test_a_paused_channel_degrades_delivery_and_the_kill_switch_does_not_hide_it(delivery_state):
    pause(reason="test", by="sam", now=timezone.now())
    assert delivery_state() == "paused"

    pause_channel("whatsapp", code="190", reason="x", probe_after=None, now=timezone.now())
    assert delivery_state() == "degraded"


def test_many_uncertain_messages_degrade_delivery_until_they_are_settled(delivery_state):
    for _ in range(5):
        make_delivery(state="uncertain", sending_at=timezone.now())
    assert delivery_state() == "degraded"

    Delivery.objects.update(state="delivered")
    assert delivery_state() == "ok"


@pytest.mark.parametrize(
    ("version", "today", "state"),
    [
        ("v25.0", date(2028, 4, 29), "ok"),
        ("v25.0", date(2028, 4, 30), "ending"),
        ("v25.0", date(2028, 7, 28), "ending"),
        ("v25.0", date(2028, 7, 29), "ended"),
        ("v99.0", date(2030, 1, 1), "ok"),
    ],
)
def test_a_graph_api_version_is_ending_90_days_before_it_ends(version, today, state):
    assert version_state(version, today=today) == state


@pytest.mark.django_db(transaction=True)
@time_machine.travel(datetime(2026, 11, 21, 12, tzinfo=UTC))
def test_health_warns_of_an_old_graph_api_only_where_whatsapp_is_used(client, settings):
    settings.WHATSAPP_API_VERSION = "v21.0"
    settings.WHATSAPP_TOKEN = settings.WHATSAPP_PHONE_ID = ""
    assert "whatsapp_api" not in client.get("/api/health").json()["components"]

    settings.WHATSAPP_TOKEN, settings.WHATSAPP_PHONE_ID = "token", "1063"
    body = client.get("/api/health").json()

    assert body["components"]["whatsapp_api"] == {"status": "ending"}
    assert body["status"] == "degraded"


@pytest.mark.django_db(transaction=True)
def test_the_answer_comes_within_a_second_though_the_broker_hangs(client, settings):
    settings.CELERY_BROKER_URL = "redis://10.255.255.1:6379/0"  # takes no connection, refuses none

    began = monotonic()
    body = client.get("/api/health").json()

    assert body["components"]["broker"] == {"status": "down"}
    assert monotonic() - began < DEADLINE + 0.4


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
