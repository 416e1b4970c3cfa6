"""A calendar over columns: on every moment the answers of the calendar itself."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from markets.opening import OpenSpans
from markets.sessions import AlwaysOpen, ForexWeek
from tests.markets.test_sessions import CHRISTMAS, MINUTE, moments

TOUCHING = (CHRISTMAS[1], CHRISTMAS[1] + 90 * MINUTE)
calendars = st.sampled_from(
    [AlwaysOpen(), ForexWeek(), ForexWeek((CHRISTMAS,)), ForexWeek((TOUCHING, CHRISTMAS))]
)
columns = st.lists(moments, min_size=1, max_size=30)


def seconds(moments):
    return np.array([int(each.timestamp()) for each in moments], dtype=np.int64)


def utc(column):
    return [datetime.fromtimestamp(each, UTC) for each in column.tolist()]


def spans_of(calendar, moments, minutes=0):
    at = seconds(moments)
    return OpenSpans.of(calendar, int(at.min()), int(at.max()), minutes=minutes)


@given(calendar=calendars, at=columns)
def test_open_where_the_calendar_is_open(calendar, at):
    spans = spans_of(calendar, at)

    assert spans.is_open(seconds(at)).tolist() == [calendar.is_open(each) for each in at]


@given(calendar=calendars, at=columns, minutes=st.integers(0, 20_000))
def test_trading_minutes_are_added_as_the_calendar_adds_them(calendar, at, minutes):
    found = spans_of(calendar, at, minutes).add_trading_minutes(seconds(at), minutes)

    assert utc(found) == [calendar.add_trading_minutes(each, minutes) for each in at]


@given(calendar=calendars, pairs=st.lists(st.tuples(moments, moments), min_size=1, max_size=30))
def test_trading_minutes_between_are_those_of_the_calendar(calendar, pairs):
    a, b = zip(*pairs, strict=True)
    spans = spans_of(calendar, a + b)

    found = spans.trading_minutes_between(seconds(a), seconds(b))

    assert found.tolist() == [calendar.trading_minutes_between(*pair) for pair in pairs]


@pytest.mark.parametrize("calendar", [AlwaysOpen(), ForexWeek()])
def test_no_moments_have_no_answers(calendar):
    spans = OpenSpans.of(calendar, 0, 0)

    assert len(spans.is_open(np.array([], dtype=np.int64))) == 0
