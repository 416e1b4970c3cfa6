from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from audit.models import Event
from markets.feeds.base import Allowance, Feed, FeedError, bar_of
from markets.feeds.mock import Mock
from markets.feeds.registry import FEEDS
from markets.health import judged_state
from markets.ingest import ingest, ingest_symbol
from markets.models import Candle, FeedHealth, FeedQuota
from markets.quota import (
    claim_request,
    next_request_at,
    requests_a_day,
    seconds_between_requests,
)
from markets.sessions import AlwaysOpen, ForexWeek
from tests.builders import make_symbol

WEDNESDAY = datetime(2026, 11, 18, 12, 0, 3, tzinfo=UTC)
SATURDAY = datetime(2026, 11, 21, 12, 0, 3, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Script(Feed):
    """A feed of one flat price; `failing` codes raise what they are told to."""

    slug: ClassVar[str] = "script"
    name: ClassVar[str] = "Script"
    asked: ClassVar[list[str]] = []
    failing: ClassVar[dict[str, Exception]] = {}
    silent: ClassVar[bool] = False

    def closed_bars(self, symbol, *, after, now):
        self.asked.append(symbol.code)
        if symbol.code in self.failing:
            raise self.failing[symbol.code]
        minutes = [] if self.silent else range(int((now - after) / MINUTE) - 1)
        first = after.replace(second=0, microsecond=0) + MINUTE
        return [bar_of(first + n * MINUTE, [1.1] * 4) for n in minutes]


@pytest.fixture
def script(monkeypatch):
    """The feed `script`, in the registry for this test."""
    feed = type("Fresh", (Script,), {"asked": [], "failing": {}, "silent": False})
    monkeypatch.setitem(FEEDS, "script", feed)
    return feed


@pytest.mark.django_db
def test_the_first_look_reaches_back_and_the_next_takes_only_what_is_new(script):
    make_symbol(feed="script")

    first = ingest(now=WEDNESDAY)
    second = ingest(now=WEDNESDAY + 2 * MINUTE)

    assert first.stored == 599  # ten hours, the newest bar closed at 12:00
    assert second.stored == 2
    assert Candle.objects.first().time == datetime(2026, 11, 18, 12, 1, tzinfo=UTC)
    assert FeedHealth.objects.get().state == "healthy"


@pytest.mark.django_db
def test_the_mock_history_comes_at_the_first_start_on_a_saturday():
    make_symbol(feed="mock")

    report = ingest(now=SATURDAY)

    minutes = Mock().backfill // timedelta(minutes=1)
    holes = 12 * Mock().backfill.days  # one a day
    assert report.stored == pytest.approx(minutes - holes, abs=12)
    assert FeedHealth.objects.get().state == "healthy"


@pytest.mark.django_db
def test_a_failing_feed_leaves_the_others_alone_and_is_not_asked_before_it_said(script):
    make_symbol("EURUSD", feed="script")
    make_symbol("GBPUSD", feed="script")
    script.failing["EURUSD"] = FeedError("the provider is asleep", retry_after=600)

    report = ingest(now=WEDNESDAY)
    ingest(now=WEDNESDAY + 5 * MINUTE)

    assert report.stored == 599
    assert script.asked == ["EURUSD", "GBPUSD", "GBPUSD"]
    assert "the provider is asleep" in FeedHealth.objects.get(symbol__code="EURUSD").detail


@pytest.mark.django_db
def test_an_unforeseen_error_stays_loud_but_every_symbol_has_its_turn(script):
    make_symbol("EURUSD", feed="script")
    make_symbol("GBPUSD", feed="script")
    script.failing["EURUSD"] = ZeroDivisionError("a bug")

    with pytest.raises(ExceptionGroup) as raised:
        ingest(now=WEDNESDAY)

    assert raised.group_contains(ZeroDivisionError, match="a bug")
    assert Candle.objects.filter(symbol__code="GBPUSD").count() == 599


@pytest.mark.django_db
def test_a_feed_that_breaks_by_an_unforeseen_error_is_shown_dead_in_time(script):
    symbol = make_symbol("EURUSD", feed="script")
    ingest(now=WEDNESDAY)
    script.failing["EURUSD"] = ZeroDivisionError("a bug with a key in it")

    with pytest.raises(ZeroDivisionError):
        ingest_symbol(symbol, now=WEDNESDAY + 20 * MINUTE)

    health = FeedHealth.objects.get()
    assert health.state == "dead"
    assert "the desk failed to read it (ZeroDivisionError)" in health.detail
    assert "key" not in health.detail


@pytest.mark.django_db
def test_a_disabled_symbol_is_not_asked(script):
    make_symbol(feed="script", is_enabled=False)

    assert ingest(now=WEDNESDAY).symbols == ()
    assert script.asked == []


@pytest.mark.django_db
def test_a_closed_market_is_asked_once_an_hour_at_most_until_friday_is_complete(script):
    symbol = make_symbol(feed="script")
    ingest_symbol(symbol, now=datetime(2026, 11, 20, 21, 58, 3, tzinfo=UTC))
    script.silent = True

    for n in range(60):
        ingest_symbol(symbol, now=SATURDAY + n * MINUTE)

    assert len(script.asked) == 2
    assert FeedHealth.objects.get().state == "closed"


@pytest.mark.django_db
def test_a_feed_that_dies_and_comes_back_is_told_once_each(script):
    symbol = make_symbol(feed="script")
    ingest_symbol(symbol, now=WEDNESDAY)
    states = []

    script.silent = True
    for n in range(1, 30):
        states.append(ingest_symbol(symbol, now=WEDNESDAY + n * MINUTE).state)
    script.silent = False
    states.append(ingest_symbol(symbol, now=WEDNESDAY + 30 * MINUTE).state)

    assert list(dict.fromkeys(states)) == ["healthy", "quiet", "late", "dead"]
    assert states[-1] == "healthy"
    kinds = Event.objects.order_by("id").values_list("kind", flat=True)
    assert list(kinds) == ["feed.dead", "feed.alive"]


@pytest.mark.django_db
def test_a_provider_without_its_key_is_off_and_says_what_to_do(settings):
    settings.TWELVEDATA_KEY = ""
    make_symbol(feed="twelvedata")

    ingest(now=WEDNESDAY)

    health = FeedHealth.objects.get()
    assert (health.state, health.detail) == (
        "off",
        "Set TWELVEDATA_KEY to your Twelve Data API key.",
    )


@pytest.mark.django_db
def test_requests_are_spread_so_that_a_plan_lasts_the_day(script):
    script.allowance = Allowance(per_minute=8, per_day=800)
    symbol = make_symbol(feed="script")

    for n in range(60):
        ingest_symbol(symbol, now=WEDNESDAY + n * MINUTE)

    assert len(script.asked) == 30  # each 108 s, on whole minutes
    assert FeedQuota.objects.get().used == 30


@pytest.mark.django_db
def test_a_used_up_plan_waits_for_the_next_minute_or_the_providers_next_day():
    allowance = Allowance(per_minute=2, per_day=3, timezone="America/New_York")
    now = WEDNESDAY

    in_one_minute = [claim_request("alphavantage", allowance, now=now) for _ in range(3)]
    after_minute = next_request_at("alphavantage", allowance, now=now)
    third = claim_request("alphavantage", allowance, now=now + MINUTE)
    fourth = claim_request("alphavantage", allowance, now=now + 2 * MINUTE)
    after_day = next_request_at("alphavantage", allowance, now=now + 2 * MINUTE)

    assert in_one_minute == [True, True, False]
    assert after_minute == now.replace(second=0) + MINUTE
    assert (third, fourth) == (True, False)
    assert after_day == datetime(2026, 11, 19, 5, 0, tzinfo=UTC)  # midnight in New York
    assert claim_request("alphavantage", allowance, now=after_day)


def test_what_a_plan_carries_is_arithmetic():
    free = Allowance(per_minute=8, per_day=800)

    assert requests_a_day(3) == 4320
    assert [seconds_between_requests(n, free) for n in (1, 3)] == [108, 324]
    assert seconds_between_requests(1, replace(free, per_day=100_000)) == 60


@pytest.mark.parametrize(
    ("age", "state"),
    [(1, "healthy"), (2, "healthy"), (3, "quiet"), (6, "late"), (15, "late"), (16, "dead")],
)
def test_health_is_the_age_of_the_newest_bar_in_trading_minutes(age, state):
    last = WEDNESDAY.replace(second=0) - (age + 1) * MINUTE
    judged = judged_state(
        last_bar_time=last, watched_since=last, now=WEDNESDAY, calendar=AlwaysOpen()
    )

    assert judged[0] == state


def test_a_weekend_does_not_make_a_feed_dead():
    friday, sunday = datetime(2026, 11, 20, 21, 59, tzinfo=UTC), datetime(2026, 11, 22, tzinfo=UTC)
    times = {"last_bar_time": friday, "watched_since": friday, "calendar": ForexWeek()}

    assert judged_state(now=sunday, **times)[0] == "closed"
    assert judged_state(now=sunday.replace(hour=22, minute=1), **times)[0] == "healthy"
