"""What indicators made of a frame is kept, and is what they would make of it again."""

from functools import partial

import numpy as np
import pytest
from pandas.testing import assert_frame_equal

from strategies.base import column
from strategies.indicators import atr, bollinger, ema, rsi
from strategies.registry import STRATEGIES
from strategies.remembered import Kept, Memory, columns_kept, remembering
from strategies.supertrend import supertrend
from tests.strategies.frames import random_bars

BARS = random_bars(length=900, seed=3)


@pytest.mark.parametrize("strategy_class", STRATEGIES.values(), ids=STRATEGIES)
def test_decisions_are_the_same_with_a_memory_and_from_it(strategy_class):
    strategy, memory = strategy_class(), Memory(BARS, columns_kept())

    with remembering(memory):
        first, again = strategy.decisions(BARS), strategy.decisions(BARS)

    alone = strategy.decisions(BARS)
    assert_frame_equal(first, alone, check_exact=True)
    assert_frame_equal(again, alone, check_exact=True)


def test_only_indicators_of_the_frames_own_columns_are_remembered():
    kept = columns_kept()
    close = column(BARS, "close")

    with remembering(Memory(BARS, kept)):
        same = ema(close, 9) is ema(column(BARS, "close"), 9)
        others = ema(close, 9), ema(close, 10), rsi(close, 9), ema(column(BARS, "open"), 9)
        part, whole = ema(close[:500], 9), ema(close * 1.0, 9)

    assert same
    assert len(kept) == 4 == len({id(each) for each in others})
    assert len(part) == 500
    assert whole is not others[0]
    np.testing.assert_array_equal(whole, others[0])


def test_frames_that_share_room_do_not_see_each_others_indicators():
    kept, other = columns_kept(), random_bars(length=900, seed=4)
    one, two = Memory(BARS, kept), Memory(other, kept)

    with remembering(one):
        ema(column(BARS, "close"), 9)
    with remembering(two):
        found = ema(column(other, "close"), 9)

    np.testing.assert_array_equal(found, ema(column(other, "close"), 9))
    assert len(kept) == 2


def test_no_result_can_be_written_to_with_a_memory_or_without():
    high, low, close = (column(BARS, name) for name in ("high", "low", "close"))
    line, is_up = supertrend(high, low, close, period=10, multiple=3.0)

    for found in (atr(high, low, close, 14), *bollinger(close, 20), line, is_up):
        with pytest.raises(ValueError, match="read-only"):
            found[0] = 1


def test_what_was_not_asked_for_longest_is_forgotten_first():
    made, kept = [], Kept(10, weigh=len)

    def asked(word):
        return kept.get(word, partial(remember, word))

    def remember(word):
        made.append(word)
        return word

    for word in ("four", "three", "four", "six", "four", "three", "a word of more than ten", "six"):
        assert asked(word) == word

    assert made == ["four", "three", "six", "three", "a word of more than ten", "six"]
    assert len(kept) == 1


def test_two_that_are_too_heavy_are_never_there_at_once():
    kept, there = Kept(10, weigh=len), []

    for word in ("a word of more than ten", "another long one", "six"):
        kept.get(word, lambda word=word: (there.append(len(kept)), word)[1])

    assert there == [0, 0, 0]
    assert (len(kept), kept.weight) == (1, 3)
