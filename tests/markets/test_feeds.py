import dataclasses
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import talib
from django.conf import settings

from markets.batch import batch_of
from markets.feeds.base import FeedSymbol
from markets.feeds.mock import Mock
from markets.feeds.registry import FEEDS, feed_choices
from markets.mockweek import RECIPES, make_week
from markets.validation import faults_alone
from strategies.registry import STRATEGIES

EURUSD = FeedSymbol("EURUSD", digits=5, pip=0.0001, typical_spread_pips=1.0)
AUDJPY = FeedSymbol("AUDJPY", digits=3, pip=0.01, typical_spread_pips=1.4)
SATURDAY = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
DOCS = Path(settings.BASE_DIR) / "docs" / "feeds.md"


@pytest.mark.parametrize("slug", FEEDS)
def test_every_feed_has_its_slug_name_calendar_and_a_line_in_the_docs(slug):
    feed = FEEDS[slug]

    assert feed.slug == slug
    assert feed.calendar in ("forex_week", "always_open")
    assert (slug, feed.name) in feed_choices()
    assert f"`{slug}`" in DOCS.read_text()


@pytest.mark.parametrize("slug", FEEDS)
def test_every_feed_is_built_from_settings_and_shows_no_secret(slug):
    feed = FEEDS[slug].from_settings(settings)

    assert dataclasses.is_dataclass(feed)
    assert feed.backfill >= timedelta(minutes=300)
    secrets = [f for f in dataclasses.fields(feed) if "key" in f.name or "token" in f.name]
    assert not any(secret.repr for secret in secrets)


@pytest.mark.parametrize("symbol", [EURUSD, AUDJPY], ids=["recorded", "synthetic"])
def test_mock_bars_are_valid_closed_and_in_order_at_weekends_too(symbol):
    feed = Mock.from_settings(settings)

    bars = feed.closed_bars(symbol, after=SATURDAY - timedelta(hours=34), now=SATURDAY)

    times = [bar.time for bar in bars]
    assert len(bars) > 300 + 1440
    assert times == sorted(set(times))
    assert times[-1] == datetime(2026, 11, 21, 11, 59, tzinfo=UTC)
    assert not faults_alone(batch_of(bars, code=symbol.code), now=SATURDAY)


@pytest.mark.parametrize("symbol", [EURUSD, AUDJPY], ids=["recorded", "synthetic"])
def test_mock_says_the_same_in_pieces_as_at_once(symbol):
    feed, minute = Mock.from_settings(settings), timedelta(minutes=1)
    start = SATURDAY.replace(second=0) - 30 * minute

    at_once = feed.closed_bars(symbol, after=start, now=start + 20 * minute)
    pieces = [
        feed.closed_bars(symbol, after=start + n * minute, now=start + (n + 2) * minute)
        for n in range(19)
    ]

    assert len(at_once) == 19
    assert [bar for piece in pieces for bar in piece] == at_once


def test_the_mock_week_wraps_without_a_seam():
    feed = Mock.from_settings(settings)

    bars = feed.closed_bars(
        EURUSD, after=MONDAY - timedelta(minutes=3), now=MONDAY + timedelta(minutes=3)
    )

    assert len(bars) == 5
    assert all(a.close == b.open for a, b in pairwise(bars))


def test_an_unknown_folder_still_gives_a_walk_with_real_ranges(tmp_path):
    bars = Mock(folder=tmp_path).closed_bars(
        EURUSD, after=SATURDAY - timedelta(days=5), now=SATURDAY
    )

    columns = (np.array([getattr(b, side) for b in bars]) for side in ("high", "low", "close"))
    atr_pips = np.nanmedian(talib.ATR(*columns, 14)) / EURUSD.pip

    assert 1.0 < atr_pips < 4.0
    assert all(0.5 < (b.ask_close - b.close) / EURUSD.pip < 2.0 for b in bars)


@pytest.mark.parametrize("code", RECIPES)
def test_the_committed_week_holds_what_the_guards_need_each_day(code):
    recipe = RECIPES[code]
    rows = np.loadtxt(Path(settings.MOCK_DATA_DIR) / f"{code}.csv", delimiter=",", skiprows=1)

    atr = talib.ATR(rows[:, 2].copy(), rows[:, 3].copy(), rows[:, 4].copy(), 14)
    days = [rows[:, 0] // 1440 == day for day in range(7)]

    assert abs(np.nanmedian(atr) / recipe.pip - recipe.atr_pips) < 0.1
    assert abs(np.median(rows[:, 5]) - recipe.spread_pips) < 0.1
    for day in days:
        assert day.sum() == 1440 - 12
        assert np.nanmax(atr[day] / rows[day, 4]) > 0.0004
        assert np.nanmin(atr[day] / (rows[day, 5] * recipe.pip)) < 1
    assert rows[-1, 4] == rows[0, 1] == recipe.start


def test_a_recipe_always_makes_the_same_week():
    recipe = RECIPES["EURUSD"]

    assert np.array_equal(make_week(recipe).bid, make_week(recipe).bid)


def test_a_demo_that_slept_for_weeks_plays_its_last_day_only():
    bars = Mock.from_settings(settings).closed_bars(
        EURUSD, after=SATURDAY - timedelta(days=30), now=SATURDAY
    )

    assert bars[0].time >= SATURDAY - Mock().backfill


@pytest.mark.parametrize("slug", STRATEGIES)
def test_the_demo_reaches_back_far_enough_for_every_strategy_on_the_hour(slug):
    needed = timedelta(hours=STRATEGIES[slug]().warmup + 1) + timedelta(days=1)

    assert Mock().backfill >= needed
