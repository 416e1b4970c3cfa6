"""Every way a position can end, each on bars drawn by hand with its result worked beside them.

The fold is asked through `play`: entry at 1.1, spread one pip, stop ten and target twenty pips from
the price, five minutes to live. A BUY decided at 1.1000/1.1001 has its price at the ask 1.1001, its
stop at 1.0991 and its target at 1.1021, both judged on the bid; R is ten pips. A SELL has its price
at the bid 1.1000, its stop at 1.1010 and its target at 1.0980, judged on the ask.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from markets.sessions import ForexWeek
from risk.outcomes import UNKNOWN, outcome
from risk.states import Bar, Closed
from tests.risk.drawn import BUY, OUT_OF_LONG, QUIET, SELL, Refuse, bar, closed, play

MINUTE = timedelta(minutes=1)


def judged(*steps, **changes):
    """The one end of the steps, with its result."""
    _, happened = play(steps, **changes)
    end = closed(happened)[0]
    return end, outcome(end, pip=0.0001)


def result(told):
    """Pips, R, and the R of the other reading."""
    return told.pips, told.r_multiple, told.r_optimistic


def test_target():
    hits = bar(2, 1.1005, high=1.1021)
    end, told = judged((bar(0), BUY), (bar(1), QUIET), (hits, QUIET))

    assert (end.reason, end.price, end.bar) == ("tp", 1.1021, hits)
    assert result(told) == (20.0, 2.0, None)  # 1.1021 - 1.1001
    assert told.return_pct == 0.1818  # 0.0020 / 1.1001
    assert told.duration == 2 * MINUTE  # from the open of bar 1 to the end of bar 2
    assert (told.mfe_pips, told.mae_pips) == (20.0, -1.0)  # the bid it was bought against


def test_stop():
    end, told = judged((bar(0), SELL), (bar(1, 1.1, high=1.1009), QUIET))

    assert (end.reason, end.price) == ("sl", 1.101)  # the ask reaches 1.1009 + 0.0001
    assert result(told) == (-10.0, -1.0, None)
    assert (told.mfe_pips, told.mae_pips) == (0.0, -10.0)


def test_tie_is_a_loss_with_its_range():
    both = bar(1, high=1.1021, low=1.0991)
    end, told = judged((bar(0), BUY), (both, QUIET))

    assert (end.reason, end.price, end.optimistic_price, end.bar) == ("sl", 1.0991, 1.1021, both)
    assert result(told) == (-10.0, -1.0, 2.0)


def test_a_stop_jumped_over_fills_at_the_open():
    end, told = judged((bar(0), BUY), (bar(1), QUIET), (bar(2, 1.0985, high=1.1030), QUIET))

    assert (end.reason, end.price, end.at, end.is_gap) == ("sl", 1.0985, bar(2).time, True)
    assert result(told) == (-16.0, -1.6, None)  # 1.0985 - 1.1001; no tie: the open came first
    assert told.mfe_pips == 0.0  # what came after the open is not the position's


def test_a_target_jumped_over_fills_at_the_open():
    end, told = judged((bar(0), BUY), (bar(1), QUIET), (bar(2, 1.1030, low=1.0980), QUIET))

    assert (end.reason, end.price, end.is_gap) == ("tp", 1.103, True)
    assert result(told) == (29.0, 2.9, None)
    assert told.duration == MINUTE


def test_the_entry_bar_can_touch_the_target():
    end, told = judged((bar(0), BUY), (bar(1, 1.1, high=1.1021), QUIET))

    assert end.bar == bar(1, 1.1, high=1.1021)
    assert result(told) == (20.0, 2.0, None)
    assert told.duration == MINUTE


def test_an_entry_that_opens_beyond_its_stop_is_out_at_once():
    end, told = judged((bar(0), BUY), (bar(1, 1.0985), QUIET))

    assert (end.at, end.is_gap) == (bar(1).time, True)
    assert result(told) == (-1.0, -0.1, None)  # bought at 1.0986, out at 1.0985: the spread
    assert told.duration == timedelta(0)


def test_a_better_or_worse_fill_than_the_price_is_in_the_result():
    _, told = judged((bar(0), BUY), (bar(1, 1.1004), QUIET), (bar(2, 1.1004, low=1.0991), QUIET))

    assert result(told) == (-14.0, -1.4, None)  # bought at 1.1005, risk stays the signal's 10 pips


def test_a_weekend_is_no_hole_and_its_gap_fills_at_the_open():
    friday = datetime(2026, 11, 20, 21, 58, tzinfo=UTC)  # closes at 22:00 UTC, 17:00 New York
    sunday = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    first, last, opening = (
        moved(bar(0), friday),
        moved(bar(1), friday + MINUTE),
        moved(bar(2, 1.0970), sunday),
    )

    end, told = judged((first, BUY), (last, QUIET), (opening, QUIET), calendar=ForexWeek())

    assert (end.reason, end.at, end.is_gap) == ("sl", sunday, True)
    assert result(told) == (-31.0, -3.1, None)  # 1.0970 - 1.1001
    assert told.duration == sunday - last.time


def test_weekend_minutes_do_not_age_an_idea():
    friday = datetime(2026, 11, 20, 21, 58, tzinfo=UTC)
    sunday = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
    week = [moved(bar(n), friday + n * MINUTE) for n in (0, 1)]
    next_week = [moved(bar(n), sunday + n * MINUTE) for n in range(5)]
    steps = [(week[0], BUY), (week[1], QUIET), *((each, QUIET) for each in next_week)]

    end, _ = judged(*steps, calendar=ForexWeek())

    # decided at 21:59: one minute on Friday, four on Sunday
    assert (end.reason, end.at) == ("expired", sunday + 4 * MINUTE)


def test_a_trailing_stop_bar_by_bar():
    pulled = replace(QUIET, trail=0.0005)  # five pips behind each close
    steps = [
        (bar(0), BUY),
        (bar(1, 1.1, close=1.1003), pulled),  # stop 1.0998
        (bar(2, 1.1003, close=1.1008), pulled),  # stop 1.1003
        (bar(3, 1.1008, close=1.1006), pulled),  # 1.1001 would be a step back: stays 1.1003
        (bar(4, 1.1006, low=1.1002), pulled),
    ]

    end, told = judged(*steps, trails=True)

    assert (end.reason, end.price, end.bar) == ("trailing_stop", 1.1003, steps[4][0])
    assert result(told) == (2.0, 0.2, None)  # R by the initial stop, ten pips
    assert told.mfe_pips == 7.0


def test_a_spread_that_widens_stops_a_sell_whose_bid_never_moved():
    wide = bar(2, spread=0.0010)

    end, told = judged((bar(0), SELL), (bar(1), QUIET), (wide, QUIET))
    still = play([(bar(0), BUY), (bar(1), QUIET), (wide, QUIET)])[1]

    assert (end.reason, end.price) == ("sl", 1.101)  # ask 1.1000 + 0.0010
    assert result(told) == (-10.0, -1.0, None)
    assert closed(still) == []  # a BUY leaves at the bid


@pytest.mark.parametrize(("missing", "ends"), [(5, 0), (6, 1)])
def test_missing_minutes(missing, ends):
    back = bar(2 + missing, 1.0980)  # would be far beyond the stop
    _, happened = play([(bar(0), BUY), (bar(1), QUIET), (back, QUIET)], expiry_minutes=60)

    gaps = [end for end in closed(happened) if end.reason == "data_gap"]
    assert len(gaps) == ends
    for end in gaps:
        assert (end.price, end.at, end.bar) == (None, back.time, back)
        assert outcome(end, pip=0.0001) == UNKNOWN


def test_expiry_within_a_bar_is_at_its_close():
    steps = [(bar(0), BUY), *((bar(minute, 1.1003), QUIET) for minute in range(1, 6))]

    end, told = judged(*steps)

    assert (end.reason, end.at, end.price) == ("expired", bar(5).close_time, 1.1003)
    assert result(told) == (-1.0, -0.1, None)  # bought at 1.1004
    assert told.duration == 5 * MINUTE


def test_expiry_in_missing_minutes_is_at_the_next_open():
    late = bar(6, 1.1010, low=1.0950)
    end, told = judged((bar(0), BUY), (bar(1), QUIET), (late, QUIET))

    assert (end.reason, end.at, end.price) == ("expired", late.time, 1.101)
    assert result(told) == (9.0, 0.9, None)
    assert (told.mfe_pips, told.mae_pips) == (9.0, -1.0)  # the low came after


def test_flat_leaves_at_the_next_open_though_the_bar_goes_on():
    steps = [(bar(0), BUY), (bar(1), OUT_OF_LONG), (bar(2, 1.0994, low=1.0980), QUIET)]

    end, told = judged(*steps)

    assert (end.reason, end.at, end.bar) == ("flat", bar(2).time, steps[2][0])
    assert result(told) == (-7.0, -0.7, None)
    assert told.mae_pips == -7.0  # the exit's own open counts, the low after it does not


def test_the_opposite_signal_takes_over_at_the_next_open():
    steps = [(bar(0), BUY), (bar(1, 1.1003), SELL), (bar(2, 1.1008), QUIET)]

    state, happened = play(steps)

    (end,) = closed(happened)
    told = outcome(end, pip=0.0001)
    assert (end.reason, result(told)) == ("opposite", (4.0, 0.4, None))  # bought at 1.1004
    assert state.held is not None and state.held.entry_price == 1.1008  # sold at the same open


def test_an_end_before_the_fill_has_no_result():
    _, happened = play([(bar(0), BUY), (bar(9), QUIET)])

    (end,) = closed(happened)
    assert (end.reason, outcome(end, pip=0.0001)) == ("data_gap", UNKNOWN)


prices = st.integers(10_950, 11_050).map(lambda pips: pips / 10_000)
paths = st.lists(
    st.tuples(st.lists(prices, min_size=4, max_size=4), st.sampled_from([QUIET, OUT_OF_LONG])),
    min_size=1,
    max_size=7,
)


@given(paths, st.sampled_from([BUY, SELL]), st.integers(1, 9))
def test_a_blocked_signal_is_judged_by_the_same_bars_exactly_as_one_that_was_sent(
    path, entry, missing
):
    walk = [(drawn(n if n < 4 else n + missing, of), says) for n, (of, says) in enumerate(path, 1)]

    sent = closed(play([(bar(0), entry), *walk])[1])
    shadow = closed(play([(bar(0), entry, [Refuse()]), *walk])[1])

    assert [seen(end) for end in sent] == [seen(end) for end in shadow]
    assert all(end.position.is_shadow for end in shadow)
    assert not any(end.position.is_shadow for end in sent)


@given(paths, st.sampled_from([BUY, SELL]))
def test_a_result_lies_between_the_furthest_against_and_the_furthest_for(path, entry):
    walk = [(drawn(n, of), says) for n, (of, says) in enumerate(path, 1)]

    for end in closed(play([(bar(0), entry), *walk])[1]):
        told = outcome(end, pip=0.0001)
        assert told.mae_pips <= min(0, told.pips) <= max(0, told.pips) <= told.mfe_pips


def drawn(minute: int, of: list[float]) -> Bar:
    """A bar through four prices: open and close are the first two."""
    return bar(minute, of[0], high=max(of), low=min(of), close=of[1])


def moved(of: Bar, time: datetime) -> Bar:
    return replace(of, time=time, close_time=time + MINUTE)


def seen(end: Closed) -> tuple:
    return end.reason, end.at, end.price, end.is_gap, end.bar, outcome(end, pip=0.0001)
