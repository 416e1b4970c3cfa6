"""What Prometheus reads."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from dashboard.metrics import percentile
from signals.models import SignalCount
from tests.builders import NOON, make_delivery, make_tick, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scrape(client, settings):
    settings.METRICS_TOKEN = "a-long-metrics-token"

    def read(token=settings.METRICS_TOKEN):
        return client.get("/metrics", headers={"Authorization": f"Bearer {token}"})

    return read


def samples(answer):
    families = text_string_to_metric_families(answer.content.decode())
    return {
        (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def test_only_the_token_or_staff_may_read(client, scrape, settings):
    assert client.get("/metrics").status_code == 401
    assert scrape("wrong").status_code == 401
    client.force_login(make_user())
    assert client.get("/metrics").status_code == 401
    client.force_login(make_user("sam", "staff"))
    assert client.get("/metrics").status_code == 200
    settings.METRICS_TOKEN = ""
    assert scrape("").status_code == 401


def test_signals_are_counted_by_symbol_strategy_and_action(scrape):
    key = {"symbol": "EURUSD", "strategy": "ema_rsi", "action": "BUY"}
    SignalCount.objects.create(**key, status="open", total=3, last_at=NOON)
    SignalCount.objects.create(**key, status="blocked", total=2, last_at=NOON)

    read = samples(scrape())

    assert read["signals_generated_total", "BUY", "ema_rsi", "EURUSD"] == 3
    assert read["signals_blocked_total", "BUY", "ema_rsi", "EURUSD"] == 2
    assert read["last_signal_timestamp",] == NOON.timestamp()


def test_a_new_desk_has_its_whatsapp_counters_at_zero(scrape):
    read = samples(scrape())

    assert read["whatsapp_send_total",] == 0
    assert read["whatsapp_errors_total",] == 0


def test_deliveries_are_told_by_state(scrape):
    make_delivery(state="failed")

    read = samples(scrape())

    assert read["deliveries", "failed"] == 1
    assert read["deliveries", "sent"] == 0


def test_the_lag_is_the_95th_percentile_of_the_last_hour(scrape):
    now = timezone.now()
    for minute in range(20):
        make_tick(at=now - timedelta(minutes=minute), lag_seconds=float(minute))
    make_tick(at=now - timedelta(hours=3), lag_seconds=99.0)

    read = samples(scrape())

    assert read["tick_lag_seconds_p95",] == 18.0
    assert 0 <= read["last_tick_age_seconds",] < 60


def test_the_percentile_is_a_value_that_was_measured():
    assert percentile([1.0], 0.95) == 1.0
    assert percentile([float(n) for n in range(1, 101)], 0.95) == 95.0
