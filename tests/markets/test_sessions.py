from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from markets.sessions import AlwaysOpen, ForexWeek, day_end, has_closed_between, trading_day

MINUTE = timedelta(minutes=1)
CHRISTMAS = (datetime(2026, 12, 24, 22, tzinfo=UTC), datetime(2026, 12, 25, 22, tzinfo=UTC))
# Three weeks round each change of US clocks in 2026 (8 March, 1 November), and Christmas
WEEKS = [datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC), CHRISTMAS[0]]
moments = st.builds(
    lambda start, minutes: start + minutes * MINUTE,
    st.sampled_from(WEEKS),
    st.integers(0, 20 * 1440),
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("friday_close", "sunday_open"),
    [
        ("2026-03-06T22:00", "2026-03-08T21:00"),  # clocks go forward on this Sunday
        ("2026-03-13T21:00", "2026-03-15T21:00"),
        ("2026-10-30T21:00", "2026-11-01T22:00"),  # and back on this one
        ("2026-11-06T22:00", "2026-11-08T22:00"),
    ],
)
def test_the_forex_week_ends_and_begins_at_17_00_new_york(friday_close, sunday_open):
    week = ForexWeek()

    assert week.is_open(utc(friday_close) - MINUTE)
    assert not week.is_open(utc(friday_close))
    assert not week.is_open(utc(sunday_open) - MINUTE)
    assert week.is_open(utc(sunday_open))


def test_minutes_of_a_weekend_are_not_counted():
    friday = utc("2026-11-20T21:50")

    assert ForexWeek().add_trading_minutes(friday, 10) == utc("2026-11-20T22:00")
    assert ForexWeek().add_trading_minutes(friday, 11) == utc("2026-11-22T22:01")
    assert ForexWeek().trading_minutes_between(friday, utc("2026-11-22T22:05")) == 15


def test_a_week_holds_7200_open_minutes_whatever_the_clocks_do():
    for sunday in ("2026-03-01", "2026-03-08", "2026-10-25", "2026-11-01"):
        start = utc(f"{sunday}T12:00")
        assert ForexWeek().trading_minutes_between(start, start + timedelta(days=7)) == 7200


def test_a_holiday_is_closed_and_not_counted():
    week = ForexWeek((CHRISTMAS,))

    assert not week.is_open(utc("2026-12-25T10:00"))
    assert week.add_trading_minutes(utc("2026-12-24T21:59"), 2) == utc("2026-12-27T22:01")


def test_a_market_that_never_closes_counts_every_minute():
    saturday = utc("2026-11-21T12:00")

    assert AlwaysOpen().is_open(saturday)
    assert AlwaysOpen().add_trading_minutes(saturday, 3) == saturday + 3 * MINUTE
    assert AlwaysOpen().trading_minutes_between(saturday, saturday + 3 * MINUTE) == 3
    assert AlwaysOpen().trading_minutes_between(saturday, saturday - MINUTE) == 0


@settings(max_examples=60, deadline=None)
@given(start=moments, minutes=st.integers(0, 9000))
def test_adding_trading_minutes_equals_counting_them_one_by_one(start, minutes):
    week = ForexWeek((CHRISTMAS,))

    moment, left = start, minutes
    while left:
        left -= week.is_open(moment)
        moment += MINUTE

    assert week.add_trading_minutes(start, minutes) == moment
    assert week.trading_minutes_between(start, moment) == minutes


@settings(max_examples=40, deadline=None)
@given(a=moments, minutes=st.integers(-10, 12000))
def test_trading_minutes_between_equals_a_count(a, minutes):
    week, b = ForexWeek((CHRISTMAS,)), a + minutes * MINUTE

    counted = sum(week.is_open(a + n * MINUTE) for n in range(max(0, minutes)))

    assert week.trading_minutes_between(a, b) == counted
    assert has_closed_between(week, a, b) == (counted < minutes)


def test_a_trading_day_ends_at_17_00_new_york_in_summer_and_winter():
    assert day_end(utc("2026-07-01T20:59")) == utc("2026-07-01T21:00")
    assert day_end(utc("2026-07-01T21:00")) == utc("2026-07-02T21:00")
    assert day_end(utc("2026-11-22T21:59")) == utc("2026-11-22T22:00")


def test_a_trading_day_begins_at_17_00_new_york():
    assert trading_day(utc("2026-07-01T20:59")) == date(2026, 7, 1)
    assert trading_day(utc("2026-07-01T21:00")) == date(2026, 7, 2)
    assert trading_day(utc("2026-11-22T22:00")) == date(2026, 11, 23)
