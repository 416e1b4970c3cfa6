"""Levels by hand, and what holds for all of them."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from strategies.levels import LevelRule, levels, to_price

PIPS = LevelRule(sl_mode="pips", sl_value=20, tp_mode="pips", tp_value=20)
ATRX = LevelRule(sl_mode="atrx", sl_value=Decimal("3.00"), tp_mode="atrx", tp_value=Decimal("4.50"))
NO_TARGET = LevelRule(sl_mode="atrx", sl_value=3, tp_mode="atrx", tp_value=None)
EURUSD = {"pip": 0.0001, "digits": 5}
NAN = float("nan")


def test_a_buy_in_pips():
    found = levels(PIPS, action="BUY", price=1.08523, atr=NAN, **EURUSD)

    assert [str(value) for value in (found.price, found.sl, found.tp)] == [
        "1.08523",
        "1.08323",
        "1.08723",
    ]
    assert found.risk == Decimal("0.00200")


def test_a_sell_in_atr_is_the_mirror():
    # 3 x 0.00022 = 0.00066 and 4.5 x 0.00022 = 0.00099
    found = levels(ATRX, action="SELL", price=1.58, atr=0.00022, **EURUSD)

    assert (found.sl, found.tp) == (Decimal("1.58066"), Decimal("1.57901"))


def test_a_yen_pair_has_three_digits():
    found = levels(PIPS, action="BUY", price=93.1234, atr=NAN, pip=0.01, digits=3)

    assert [str(value) for value in (found.price, found.sl, found.tp)] == [
        "93.123",
        "92.923",
        "93.323",
    ]


def test_a_half_tick_is_rounded_up_and_the_mirror_stays_exact():
    rule = LevelRule(sl_mode="pips", sl_value=Decimal("1.15"), tp_mode="pips", tp_value=None)

    buy = levels(rule, action="BUY", price=1.000005, atr=NAN, **EURUSD)
    sell = levels(rule, action="SELL", price=1.000005, atr=NAN, **EURUSD)

    # 1.15 pips are 11.5 ticks, so 12
    assert (buy.price, buy.sl, sell.sl) == (
        Decimal("1.00001"),
        Decimal("0.99989"),
        Decimal("1.00013"),
    )


def test_a_trailing_strategy_has_an_initial_stop_and_no_target():
    found = levels(NO_TARGET, action="BUY", price=1.58, atr=0.00022, **EURUSD)

    assert (found.sl, found.tp) == (Decimal("1.57934"), None)


@pytest.mark.parametrize(
    ("rule", "values", "words"),
    [
        (ATRX, {"atr": NAN}, "ATR is undefined"),
        (ATRX, {"atr": 0.0}, "stop is closer than one tick"),
        (ATRX, {"atr": 0.000001}, "stop is closer than one tick"),
        (PIPS, {"price": NAN}, "price is undefined"),
        (PIPS, {"price": 0.0015}, "stop or target would not be above zero"),
        (PIPS, {"action": "FLAT"}, "levels are for BUY and SELL, not FLAT"),
        (
            LevelRule(sl_mode="pips", sl_value=5, tp_mode="pips", tp_value=0.01),
            {},
            "target is closer than one tick",
        ),
    ],
)
def test_what_cannot_be_a_level_is_refused(rule, values, words):
    asked = {"action": "BUY", "price": 1.1, "atr": 0.0002, **EURUSD, **values}

    with pytest.raises(ValueError, match=words):
        levels(rule, **asked)


@given(
    price=st.floats(0.5, 200),
    atr=st.floats(1e-5, 0.05),
    multiple=st.decimals("0.5", "10", places=2),
    digits=st.integers(2, 6),
)
def test_stop_and_target_lie_on_their_sides_of_the_price(price, atr, multiple, digits):
    rule = LevelRule(sl_mode="atrx", sl_value=multiple, tp_mode="atrx", tp_value=multiple)
    assume(float(multiple) * atr > 10**-digits)
    assume(price > 2 * float(multiple) * atr)

    buy, sell = (
        levels(rule, action=action, price=price, atr=atr, pip=0.0001, digits=digits)
        for action in ("BUY", "SELL")
    )

    assert buy.sl < buy.price < buy.tp
    assert sell.tp < sell.price < sell.sl
    assert buy.risk == sell.risk > 0
    assert buy.sl + sell.sl == 2 * buy.price
    assert all(-value.as_tuple().exponent == digits for value in (buy.price, buy.sl, sell.tp))


def test_a_price_is_rounded_half_up():
    assert to_price(1.085235, 5) == Decimal("1.08524")
