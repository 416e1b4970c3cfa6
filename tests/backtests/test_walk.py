"""The walk over columns does what the desk's fold does bar by bar, compiled or not."""

from dataclasses import fields

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backtests import compiled
from backtests.columns import entries_of, refused_by, says_of
from backtests.engine import backtest
from backtests.market import market_of
from backtests.plan import Costs
from backtests.trades import Trades
from backtests.walk import Ends, Place, walk
from risk.core.values import DATA_GAP, EMPTY, TP, Rules
from risk.states import REASONS
from strategies.ema_rsi import EmaRsi
from tests.backtests import tapes
from tests.backtests.by_hand import folded

MANY = settings(max_examples=400, deadline=None)
worlds = tapes.terms.flatmap(lambda terms: st.tuples(st.just(terms), tapes.tapes(terms)))
costs = st.builds(Costs, slippage_pips=st.just(0.1), commission_pips=st.sampled_from([0.0, 0.7]))


def differing(found: Trades, expected: Trades) -> list[str]:
    """The columns that are not the same to the last bit."""
    pairs = [
        (each.name, getattr(found, each.name), getattr(expected, each.name))
        for each in fields(found)
    ]
    return [name for name, one, other in pairs if not _same(one, other)]


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return np.array_equal(one, other, equal_nan=one.dtype.kind in "fM")


@MANY
@given(world=worlds, guards=tapes.guards, costs=costs)
def test_a_backtest_is_the_fold_trade_by_trade_to_the_last_bit(world, guards, costs):
    terms, (bars, decisions) = world
    asked = {"terms": terms, "guards": guards, "costs": costs}

    found = backtest(bars, strategy=EmaRsi(), decisions=decisions, **asked)

    trades, open_at_end = folded(bars, decisions, **asked)
    assert differing(found.trades, trades) == []
    assert found.open_at_end == open_at_end


@settings(max_examples=100, deadline=None)
@given(world=worlds, guards=tapes.guards)
def test_the_walk_is_the_same_compiled_or_not(world, guards):
    terms, (bars, decisions) = world
    pytest.importorskip("numba")

    plain, fast = (walked(by, bars, decisions, terms, guards) for by in (walk, compiled.walker()))

    for one, other in zip(plain[0], fast[0], strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(numbers(plain[1]), numbers(fast[1]))


def numbers(place):
    """All that a place, and what is held there, are made of."""
    deep = [numbers(each) if isinstance(each, tuple) else [float(each)] for each in place]
    return [number for each in deep for number in each]


def walked(by, bars, decisions, terms, guards):
    """The ends and the last place of a walk."""
    market = market_of(bars, terms=terms, costs=Costs())
    entries, facts = entries_of(decisions, market, terms)
    refused = refused_by(guards, facts, len(entries.row)) != 0
    said = (market.bars, says_of(decisions), entries, refused, market.is_hole)
    ends, rules = Ends.none(len(entries.row)), Rules(terms.scale, terms.trails)
    length, place = int(terms.bar_length.total_seconds()), Place(EMPTY, EMPTY, 0)
    place = by(*said, ends, rules, length, (0, len(bars)), place)
    return ends, place


def test_every_rule_of_the_core_is_compiled_and_part_of_the_hash():
    names = {rule.__name__ for module in compiled.RULES for rule in compiled.functions_of(module)}

    assert {"step", "decide", "judged", "filled", "left", "lost", "trailed", "on_grid"} <= names
    assert len(compiled.source_hash()) == 12


def test_the_core_numbers_reasons_as_they_are_listed():
    assert (REASONS[TP], REASONS[DATA_GAP], len(REASONS)) == ("tp", "data_gap", DATA_GAP + 1)
