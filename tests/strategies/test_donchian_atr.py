"""donchian_atr: breakouts of the channel before the bar, its filter and its trailing distance."""

import numpy as np
import pytest

from strategies.donchian_atr import DonchianAtr
from tests.strategies.frames import bars_from, random_bars

QUIET = [1.3 + 0.0001 * (n % 2) for n in range(400)]  # highs at 1.3002, lows at 1.2999
EDGE = 1.3001 + 0.0001


def test_the_first_close_beyond_the_channel_is_a_buy_and_the_next_one_is_not():
    decisions = DonchianAtr().decisions(bars_from([*QUIET, 1.3010, 1.3020]))

    assert list(decisions["buy"].iloc[-3:]) == [False, True, False]
    assert decisions["highest"].iloc[-2] == pytest.approx(EDGE)


def test_a_close_at_the_edge_is_no_breakout():
    bars = bars_from([*QUIET, 1.3010])
    bars.loc[bars.index[-1], "close"] = bars["high"].iloc[:-1].max()

    assert not DonchianAtr().decisions(bars)["buy"].any()


def test_a_sell_is_the_mirror():
    decisions = DonchianAtr().decisions(bars_from([*QUIET, 1.2990]))

    assert decisions["sell"].iloc[-1]
    assert not decisions["buy"].any()


def test_it_trails_and_leaves_the_exit_to_the_stop():
    decisions = DonchianAtr(trail_atr=2.5).decisions(random_bars(length=1000, seed=4))

    assert DonchianAtr.trails
    assert not decisions["exit_long"].any()
    assert not decisions["exit_short"].any()
    np.testing.assert_allclose(decisions["trail"], 2.5 * decisions["atr"])


def test_the_filter_refuses_what_is_against_the_supertrend():
    bars = random_bars(length=4000, seed=5)
    free = DonchianAtr().decisions(bars).iloc[1000:]
    wide = DonchianAtr(supertrend_filter=True, supertrend_multiple=6.0)

    filtered = wide.decisions(bars).iloc[1000:]

    bought, sold = filtered[filtered["buy"]], filtered[filtered["sell"]]
    assert 0 < len(bought) + len(sold) < free["buy"].sum() + free["sell"].sum()
    assert (bars["close"].loc[bought.index] >= bought["supertrend"]).all()
    assert (bars["close"].loc[sold.index] <= sold["supertrend"]).all()


def test_a_stronger_breakout_has_more_confidence():
    weak = DonchianAtr().decisions(bars_from([*QUIET, 1.3003]))
    strong = DonchianAtr().decisions(bars_from([*QUIET, 1.3009]))

    assert 0 < weak["confidence"].iloc[-1] < strong["confidence"].iloc[-1] < 1
