"""The price grid in floats against the same in decimals."""

from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from strategies.grid import on_grid, ticks
from strategies.levels import LevelRule, lay, levels

digits = st.integers(0, 6)
written = st.decimals("0.00001", "99999", places=8)  # as a feed writes prices
prices = st.one_of(written.map(float), st.floats(1e-6, 1e6))


def quantized(price: float, places: int) -> Decimal:
    return Decimal(str(price)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@given(price=prices, places=digits)
@example(price=1.000005, places=5)
@example(price=1.085235, places=5)
@example(price=93.1235, places=3)
@example(price=0.285, places=2)
def test_a_price_on_the_grid_is_its_shortest_decimal_rounded_half_up(price, places):
    assert on_grid(price, 10.0**places) == float(quantized(price, places))


@given(tick=st.integers(0, 10**9), places=digits)
def test_half_a_tick_goes_up(tick, places):
    half = (Decimal(tick) + Decimal("0.5")).scaleb(-places)

    assert ticks(float(half), 10.0**places) == tick + 1


@given(column=st.lists(prices, max_size=50), places=digits)
def test_a_column_is_rounded_as_each_of_its_prices(column, places):
    found = ticks(np.array(column), 10.0**places)

    assert found.tolist() == [ticks(price, 10.0**places) for price in column]


@pytest.mark.parametrize("price", [float("nan"), float("inf"), -float("inf")])
@pytest.mark.filterwarnings("ignore:invalid value encountered in multiply")
def test_what_is_undefined_or_endless_is_undefined_on_the_grid(price):
    assert np.isnan(on_grid(price, 1e5))
    assert np.isnan(on_grid(np.array([price]), 1e5)).all()


distances = st.one_of(
    st.integers(1, 5000).map(lambda half_ticks: half_ticks * 0.000005), st.floats(1e-6, 0.05)
)


@given(
    price=st.floats(0.5, 200),
    atr=st.lists(distances, min_size=1, max_size=20),
    multiple=st.decimals("0.5", "10", places=2),
    side=st.sampled_from([1, -1]),
)
def test_columns_of_levels_are_those_of_each_entry_multiplied_as_decimals(
    price, atr, multiple, side
):
    rule = LevelRule(sl_mode="atrx", sl_value=multiple, tp_mode="pips", tp_value=None)

    found = lay(rule, side=side, price=price, atr=np.array(atr), pip=0.0001, digits=5)

    exact = [multiple * Decimal(str(each)) * 10**5 + Decimal("0.5") for each in atr]
    assert found.stop.tolist() == [int(each.to_integral_value(ROUND_FLOOR)) for each in exact]
    assert found.sl.tolist() == [ticks(price, 1e5) - side * stop for stop in found.stop.tolist()]


@given(price=st.floats(0.5, 200), atr=distances, multiple=st.decimals("0.5", "10", places=2))
def test_one_entry_and_a_column_of_it_have_the_same_levels(price, atr, multiple):
    rule = LevelRule(sl_mode="atrx", sl_value=multiple, tp_mode="atrx", tp_value=2 * multiple)
    asked = {"price": price, "pip": 0.0001, "digits": 5}

    column = lay(rule, side=-1, atr=np.array([atr]), **asked)
    if not column.is_whole[0]:
        with pytest.raises(ValueError, match=r"tick|zero"):
            levels(rule, action="SELL", atr=atr, **asked)
        return

    one = levels(rule, action="SELL", atr=atr, **asked)
    assert (float(one.sl), float(one.tp)) == (column.sl[0] / 1e5, column.tp[0] / 1e5)
