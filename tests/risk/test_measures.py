"""What the guards read, in words: the same values as their refusals."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.guards.base import UNKNOWN, Book
from risk.guards.registry import GUARDS
from risk.guards.spread import SpreadGuard
from risk.guards.stale_feed import StaleFeedGuard
from risk.guards.volatility import VolatilityGuard
from tests.risk.test_guards import CALM, OPEN_BOOK

candidates = st.builds(
    lambda **values: replace(CALM, **values),
    spread=st.sampled_from([0.0, 0.00005, 0.0002, 0.0004]),
    atr_pct=st.sampled_from([None, 0.0, 0.0399, 0.04, 0.0401, 1.0]),
    is_market_open=st.booleans(),
    hole_minutes=st.integers(0, 20),
    minutes_since_hole=st.none() | st.integers(0, 60),
)
books = st.builds(
    Book,
    pause_reason=st.none() | st.just("news"),
    daily_loss=st.sampled_from([0.0, 2.99, 3.0, 9.0]),
)


@pytest.mark.parametrize("guard_class", GUARDS.values(), ids=GUARDS)
@given(candidate=candidates, book=books)
def test_what_is_refused_strains_the_limit_and_what_passes_does_not(guard_class, candidate, book):
    guard = guard_class()
    measure = guard.measure(candidate, book)

    if guard.refuse(candidate, book) is None:
        assert measure.strain <= 1
    else:
        assert measure.strain >= 1 or measure == UNKNOWN


@pytest.mark.parametrize("guard_class", GUARDS.values(), ids=GUARDS)
def test_every_guard_says_its_limit_and_stands_without_a_candidate(guard_class):
    guard = guard_class()

    assert guard.limit_text(OPEN_BOOK)
    assert guard.measure(None, OPEN_BOOK).text


@pytest.mark.parametrize(
    ("guard", "candidate", "text"),
    [
        (VolatilityGuard(), replace(CALM, atr_pct=0.0219), "ATR 0.0219%"),
        (SpreadGuard(), CALM, "6.0 spreads (1.0 pips)"),
        (SpreadGuard(), replace(CALM, spread=0.0), "no spread"),
        (
            StaleFeedGuard(),
            replace(CALM, hole_minutes=12, minutes_since_hole=4),
            "silent 12 min, 4 min ago",
        ),
        (
            StaleFeedGuard(),
            replace(CALM, hole_minutes=12, minutes_since_hole=498),
            "silent 12 min, 8 h 18 min ago",
        ),
        (StaleFeedGuard(), replace(CALM, hole_minutes=5, minutes_since_hole=4), "no silence"),
    ],
)
def test_a_measure_reads_as_words_with_its_unit(guard, candidate, text):
    assert guard.measure(candidate, OPEN_BOOK).text == text
