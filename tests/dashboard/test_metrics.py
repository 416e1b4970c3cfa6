"""What Prometheus reads."""

from datetime import timedelta

import pytest
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from dashboard.metrics import percentile
from delivery.channel_states import pause_channel
from delivery.channels.registry import CHANNELS
from delivery.counters import ERROR_CLASSES
from delivery.models import Attempt, Callback
from signals.models import SignalCount
from tests.builders import NOON, make_delivery, make_recipient, make_tick, make_user

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


def attempt(outcome, code="", channel="whatsapp"):
    recipient = make_recipient(channel=channel, address=f"{channel}-{Attempt.objects.count()}")
    delivery = make_delivery(state="failed", recipient=recipient)
    Attempt.objects.create(
        delivery=delivery,
        post=delivery.post,
        channel=channel,
        at=NOON,
        outcome=outcome,
        code=code,
    )


def test_tries_are_told_by_channel_and_class_of_error(scrape):
    attempt("accepted"), attempt("accepted"), attempt("accepted", channel="preview")
    attempt("unknown", "no_answer"), attempt("refused", "no_connection")
    attempt("refused", "131056"), attempt("refused", "131026"), attempt("refused", "4711")

    read = samples(scrape())

    assert read["deliveries_sent_total", "whatsapp"] == read["whatsapp_send_total",] == 2
    assert read["deliveries_sent_total", "preview"] == 1
    classes = {each: read["deliveries_errors_total", "whatsapp", each] for each in ERROR_CLASSES}
    assert classes == {"unknown": 1, "not_sent": 1, "throttled": 1, "refused": 2}
    assert read["whatsapp_errors_total",] == 5


def test_the_labels_are_as_many_as_channels_and_classes_whatever_providers_say(scrape):
    for code in range(30):
        attempt("refused", str(code))

    read = samples(scrape())

    errors = [key for key in read if key[0] == "deliveries_errors_total"]
    assert len(errors) == len(CHANNELS) * len(ERROR_CLASSES)


def test_what_is_wrong_is_a_number_too(scrape):
    pause_channel("whatsapp", code="190", reason="x", probe_after=None, now=NOON)
    Callback.objects.create(channel="whatsapp", digest="a", body="{}", received_at=NOON)
    Callback.objects.create(channel="whatsapp", digest="b", received_at=NOON, processed_at=NOON)

    read = samples(scrape())

    assert read["channel_paused", "whatsapp"] == 1
    assert read["channel_paused", "preview"] == 0
    assert read["alarms_open",] == 1
    assert read["callbacks_waiting",] == 1


def test_the_wait_is_the_95th_percentile_of_what_was_sent_within_the_hour(scrape):
    now = timezone.now() - timedelta(minutes=10)
    for seconds in range(1, 21):
        sent_at = now + timedelta(seconds=seconds)
        make_delivery(state="sent", created_at=now, sent_at=sent_at)
    old = now - timedelta(hours=2)
    make_delivery(state="sent", created_at=old, sent_at=now)
    make_delivery(state="sent", created_at=now, sent_at=now + timedelta(hours=8), is_held=True)
    make_delivery(created_at=now)

    assert samples(scrape())["delivery_wait_seconds_p95",] == 19.0


def test_a_scrape_of_a_full_desk_asks_as_much_as_one_of_an_empty_desk(
    scrape, django_assert_num_queries
):
    with django_assert_num_queries(13):
        scrape()
    for _ in range(5):
        attempt("accepted"), attempt("refused", "100")

    with django_assert_num_queries(13):
        scrape()


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
