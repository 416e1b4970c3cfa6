from dataclasses import replace
from decimal import Decimal

import pytest

from risk.guards.base import Book
from risk.guards.kill_switch import KillSwitchGuard
from risk.outcomes import outcome
from risk.states import Repeated
from tests.risk.drawn import (
    BUY,
    OUT_OF_LONG,
    QUIET,
    SELL,
    Refuse,
    bar,
    closed,
    play,
    signalled,
    terms,
)

REFUSED = [Refuse()]


def test_a_buy_is_priced_at_the_ask_with_its_levels_below_and_above():
    _, happened = play([(bar(0), BUY)])

    (buy,) = signalled(happened)
    assert (buy.action, buy.price, buy.sl, buy.tp) == (
        "BUY",
        Decimal("1.10010"),
        Decimal("1.09910"),
        Decimal("1.10210"),
    )


def test_a_sell_is_priced_at_the_bid_with_its_levels_mirrored():
    _, happened = play([(bar(0), SELL)])

    (sell,) = signalled(happened)
    assert (sell.price, sell.sl, sell.tp) == (
        Decimal("1.10000"),
        Decimal("1.10100"),
        Decimal("1.09800"),
    )


def test_an_entry_fills_at_the_next_open_on_the_tradable_side():
    state, _ = play([(bar(0), BUY), (bar(1, 1.1002), QUIET)])

    assert state.held is not None
    assert state.held.entry_price == 1.1003  # the ask


def test_the_stop_is_judged_on_the_bid_for_a_buy():
    _, happened = play([(bar(0), BUY), (bar(1, low=1.0991), QUIET)])

    (stopped,) = closed(happened)
    assert (stopped.reason, stopped.price) == ("sl", 1.0991)
    result = outcome(stopped, pip=0.0001)
    assert (result.pips, result.r_multiple) == (-10.0, -1.0)


def test_the_target_of_a_sell_needs_the_ask_to_get_there():
    bid_touches = bar(1, low=1.098)
    ask_touches = bar(2, low=1.0979)

    _, happened = play([(bar(0), SELL), (bid_touches, QUIET), (ask_touches, QUIET)])

    (taken,) = closed(happened)
    assert (taken.reason, taken.at) == ("tp", ask_touches.close_time)
    assert outcome(taken, pip=0.0001).pips == 20.0


def test_stop_and_target_inside_one_bar_is_a_loss_with_the_optimistic_reading_beside_it():
    _, happened = play([(bar(0), BUY), (bar(1, high=1.103, low=1.099), QUIET)])

    (tie,) = closed(happened)
    result = outcome(tie, pip=0.0001)
    assert tie.reason == "sl"
    assert (result.r_multiple, result.r_optimistic) == (-1.0, 2.0)


def test_excursions_end_with_the_position_not_with_its_last_bar():
    _, stopped = play([(bar(0), BUY), (bar(1, high=1.1005), QUIET), (bar(2, low=1.0950), QUIET)])
    _, taken = play([(bar(0), BUY), (bar(1, low=1.0995), QUIET), (bar(2, high=1.1100), QUIET)])

    lost, won = (outcome(closed(happened)[0], pip=0.0001) for happened in (stopped, taken))
    assert (lost.mfe_pips, lost.mae_pips) == (4.0, -10.0)  # bought at 1.1001
    assert (won.mfe_pips, won.mae_pips) == (20.0, -6.0)


def test_a_stop_jumped_over_at_the_open_fills_at_the_open():
    _, happened = play([(bar(0), BUY), (bar(1), QUIET), (bar(2, 1.0985), QUIET)])

    (stopped,) = closed(happened)
    assert (stopped.reason, stopped.price, stopped.is_gap) == ("sl", 1.0985, True)
    assert outcome(stopped, pip=0.0001).r_multiple == pytest.approx(-1.6)


def test_the_entry_bar_itself_can_stop_the_position():
    _, happened = play([(bar(0), BUY), (bar(1, 1.0985), QUIET)])

    (stopped,) = closed(happened)
    assert stopped.position.entry_time == bar(1).time
    assert stopped.price == 1.0985  # bought at 1.0986, out at once: the spread is the loss


def test_an_idea_expires_at_the_close_of_its_last_bar():
    steps = [(bar(0), BUY)] + [(bar(minute), QUIET) for minute in range(1, 7)]

    _, happened = play(steps)

    (expired,) = closed(happened)
    assert (expired.reason, expired.at) == ("expired", bar(5).close_time)


def test_a_repeat_of_the_held_signal_is_not_a_new_record():
    _, happened = play([(bar(0), BUY), (bar(1), BUY)])

    assert len(signalled(happened)) == 1
    assert isinstance(happened[-1], Repeated)


def test_an_opposite_entry_closes_the_held_signal_at_the_next_open():
    _, happened = play([(bar(0), BUY), (bar(1), SELL), (bar(2, 1.1004), QUIET)])

    assert [made.action for made in signalled(happened)] == ["BUY", "SELL"]
    (left,) = closed(happened)
    assert (left.reason, left.price, left.at) == ("opposite", 1.1004, bar(2).time)


def test_an_opposite_entry_that_is_refused_still_closes_as_flat():
    state, happened = play([(bar(0), BUY), (bar(1), SELL, REFUSED)])

    flat = signalled(happened)[-1]
    assert (flat.action, flat.price, flat.sl, flat.tp) == ("FLAT", Decimal("1.10000"), None, None)
    assert [no.guard for no in flat.refused_entry] == ["refuse"]
    assert flat.refusals == ()
    assert state.held is None


def test_flat_without_an_open_signal_is_not_recorded():
    _, happened = play([(bar(0), OUT_OF_LONG)])

    assert happened == []


def test_a_blocked_entry_holds_a_shadow_slot_until_its_own_outcome():
    held, first = play([(bar(0), BUY, REFUSED)])
    _, happened = play([(bar(0), BUY, REFUSED), (bar(1), BUY), (bar(2, low=1.098), QUIET)])

    assert held.held is not None and held.held.is_shadow
    assert [no.reason for no in signalled(first)[0].refusals] == ["not now"]
    assert len(signalled(happened)) == 1  # the lifted guard pushes nothing late
    (shadow,) = closed(happened)
    assert shadow.reason == "sl" and shadow.position.is_shadow


def test_a_shadow_ends_without_a_flat():
    _, happened = play([(bar(0), BUY, REFUSED), (bar(1), OUT_OF_LONG), (bar(2), QUIET)])

    assert [made.action for made in signalled(happened)] == ["BUY"]
    assert [end.reason for end in closed(happened)] == ["flat"]


def test_the_kill_switch_alone_stops_a_flat_and_the_position_leaves_all_the_same():
    guards = [KillSwitchGuard(), Refuse()]
    state, happened = play(
        [(bar(0), BUY), (bar(1), OUT_OF_LONG, guards)], book=Book(pause_reason="news")
    )

    flat = signalled(happened)[-1]
    assert [no.reason for no in flat.refusals] == ["the kill switch is on: news"]
    assert state.held is None and state.leaving is not None


def test_more_than_five_missing_trading_minutes_end_what_is_held_without_a_result():
    _, happened = play([(bar(0), BUY), (bar(1), QUIET), (bar(8), QUIET)])

    (ended,) = closed(happened)
    result = outcome(ended, pip=0.0001)
    assert (ended.reason, ended.price) == ("data_gap", None)
    assert (result.pips, result.r_multiple) == (None, None)


def test_a_quiet_minute_or_two_without_bars_changes_nothing():
    state, happened = play([(bar(0), BUY), (bar(1), QUIET), (bar(4), QUIET)])

    assert closed(happened) == []
    assert state.held is not None


def test_the_bar_that_stops_a_position_may_signal_the_next():
    _, happened = play([(bar(0), BUY), (bar(1, low=1.0985), SELL)])

    assert [made.action for made in signalled(happened)] == ["BUY", "SELL"]


def test_confidence_below_the_minimum_opens_nothing_but_still_ends_the_other_side():
    _, happened = play([(bar(0), BUY), (bar(1), replace(SELL, confidence=0.1))], min_confidence=0.3)

    assert [made.action for made in signalled(happened)] == ["BUY", "FLAT"]


def test_undefined_atr_makes_no_signal_when_the_stop_needs_it():
    rule = replace(terms().rule, sl_mode="atrx", sl_value=3)

    _, happened = play([(bar(0), replace(BUY, atr=None))], rule=rule)

    assert happened == []


class TestTrailing:
    """A stop pulled two pips behind the close; it is live from the next bar on."""

    pulled = replace(QUIET, trail=0.0002)

    def test_the_stop_follows_the_close_and_never_moves_back(self):
        steps = [(bar(0), BUY), (bar(1, close=1.1005), self.pulled), (bar(2, 1.1004), self.pulled)]

        state, _ = play(steps, trails=True)

        assert state.held is not None
        assert (state.held.stop, state.held.sl) == (1.1003, 1.0991)

    def test_its_fill_is_announced_by_a_flat_at_that_price(self):
        steps = [
            (bar(0), BUY),
            (bar(1, close=1.1005), self.pulled),
            (bar(2, 1.1005, low=1.1001), QUIET),
        ]

        state, happened = play(steps, trails=True)

        (stopped,) = closed(happened)
        flat = signalled(happened)[-1]
        assert (stopped.reason, stopped.price) == ("trailing_stop", 1.1003)
        assert (flat.action, flat.price) == ("FLAT", Decimal("1.10030"))
        assert state.held is None and state.leaving is None

    def test_a_shadow_stop_is_not_announced(self):
        steps = [(bar(0), BUY, REFUSED), (bar(1, low=1.0985), self.pulled)]

        _, happened = play(steps, trails=True)

        assert [made.action for made in signalled(happened)] == ["BUY"]
