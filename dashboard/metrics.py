"""What Prometheus reads: computed from rows at scrape time, so true across processes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Max, Sum
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from delivery import counters
from delivery.pauses import current_pause
from markets.models import FeedHealth
from signals.models import SignalCount, Tick

LAG_WINDOW = timedelta(hours=1)


def exposition(*, now: datetime) -> bytes:
    """The metrics page as text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(DeskCollector(now))
    return generate_latest(registry)


class DeskCollector(Collector):
    """Every metric of the desk at one time."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def describe(self) -> list[Metric]:
        """Nothing: names need no query before the first scrape."""
        return []

    def collect(self) -> Iterator[Metric]:
        yield from _signals()
        yield from _tries()
        yield from _deliveries()
        yield from _delivery_health(self.now)
        yield from _ticks(self.now)
        yield from _feeds()


def _signals() -> Iterator[Metric]:
    labels = ("symbol", "strategy", "action")
    generated = CounterMetricFamily(
        "signals_generated", "Live signals recorded and not blocked.", labels=labels
    )
    blocked = CounterMetricFamily(
        "signals_blocked", "Live signals recorded and refused by a guard.", labels=labels
    )
    rows = SignalCount.objects.order_by(*labels).values_list(*labels, "status")
    for *values, status, total in rows.annotate(Sum("total")):
        (blocked if status == "blocked" else generated).add_metric(values, total)
    last_at = SignalCount.objects.aggregate(at=Max("last_at"))["at"]
    newest = GaugeMetricFamily("last_signal_timestamp", "When the newest was recorded, Unix time.")
    newest.add_metric((), last_at.timestamp() if last_at else 0)
    yield from (generated, blocked, newest)


def _tries() -> Iterator[Metric]:
    """By channel, and once more for WhatsApp under the names its dashboards know."""
    by_channel = counters.sent_by_channel()
    sent = CounterMetricFamily(
        "deliveries_sent", "Messages the channel's provider accepted.", labels=("channel",)
    )
    for channel, total in by_channel.items():
        sent.add_metric((channel,), total)
    labels = ("channel", "class")
    failed = CounterMetricFamily(
        "deliveries_errors", "Tries that were not accepted, or may have been.", labels=labels
    )
    errors = counters.errors_by_channel()
    for key, total in errors.items():
        failed.add_metric(key, total)
    whatsapp = CounterMetricFamily("whatsapp_send", "Messages the WhatsApp API accepted.")
    whatsapp.add_metric((), by_channel["whatsapp"])
    unsent = CounterMetricFamily("whatsapp_errors", "Tries it refused or left unanswered.")
    unsent.add_metric((), sum(n for (channel, _), n in errors.items() if channel == "whatsapp"))
    yield from (sent, failed, whatsapp, unsent)


def _deliveries() -> Iterator[Metric]:
    metric = GaugeMetricFamily("deliveries", "Deliveries in each state.", labels=("state",))
    for state, count in counters.deliveries_by_state().items():
        metric.add_metric((state,), count)
    paused = GaugeMetricFamily("kill_switch", "1 while pushes are stopped.")
    paused.add_metric((), 1 if current_pause() else 0)
    yield from (metric, paused)


def _delivery_health(now: datetime) -> Iterator[Metric]:
    paused = GaugeMetricFamily(
        "channel_paused", "1 while nothing is posted on the channel.", labels=("channel",)
    )
    for channel, is_paused in counters.paused_by_channel().items():
        paused.add_metric((channel,), int(is_paused))
    alarms = GaugeMetricFamily("alarms_open", "Things that are wrong with the desk now.")
    alarms.add_metric((), counters.alarms_open())
    callbacks = GaugeMetricFamily("callbacks_waiting", "Providers' requests not acted on yet.")
    callbacks.add_metric((), counters.callbacks_waiting())
    wait = GaugeMetricFamily(
        "delivery_wait_seconds_p95", "Queued to accepted, 95th percentile of the last hour."
    )
    seconds = counters.wait_seconds_p95(now=now)
    if seconds is not None:
        wait.add_metric((), seconds)
    yield from (paused, alarms, callbacks, wait)


def _ticks(now: datetime) -> Iterator[Metric]:
    last = Tick.objects.aggregate(at=Max("at"))["at"]
    age = GaugeMetricFamily("last_tick_age_seconds", "Since the newest tick started.")
    if last is not None:
        age.add_metric((), (now - last).total_seconds())
    lag = GaugeMetricFamily(
        "tick_lag_seconds_p95", "Bar close to commit, 95th percentile of the last hour."
    )
    recent = Tick.objects.filter(at__gt=now - LAG_WINDOW).values_list("lag_seconds", flat=True)
    lags = sorted(seconds for seconds in recent if seconds is not None)
    if lags:
        lag.add_metric((), percentile(lags, 0.95))
    yield from (age, lag)


def percentile(ascending: list[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed (nearest rank)."""
    rank = -(-len(ascending) * share // 1)
    return ascending[int(rank) - 1]


def _feeds() -> Iterator[Metric]:
    metric = GaugeMetricFamily(
        "feed_state", "1 for the state a symbol's feed is in.", labels=("symbol", "feed", "state")
    )
    rows = FeedHealth.objects.values_list("symbol__code", "feed", "state")
    for symbol, feed, state in rows:
        metric.add_metric((symbol, feed, state), 1)
    yield metric
