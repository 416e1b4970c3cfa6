import pytest

from signals.pages.searching import Sought, sought

SYMBOLS = {"EURUSD": 1, "EURGBP": 2, "USDJPY": 3}
STRATEGIES = {"ema_rsi": "EMA cross with RSI", "donchian_atr": "Donchian breakout"}


def found(text):
    return sought(text, symbols=SYMBOLS, strategies=STRATEGIES)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", Sought()),
        ("eurusd", Sought(symbols=frozenset({1}))),
        ("eur", Sought(symbols=frozenset({1, 2}))),
        ("breakout", Sought(strategies=frozenset({"donchian_atr"}))),
        ("sell", Sought(actions=frozenset({"SELL"}))),
        ("#17 18", Sought(numbers=frozenset({17, 18}))),
        ("jpy buy", Sought(symbols=frozenset({3}), actions=frozenset({"BUY"}))),
    ],
)
def test_each_word_names_a_number_a_symbol_a_strategy_or_an_action(text, named):
    assert found(text) == named


def test_a_word_that_names_nothing_is_answered_with_what_may_be_typed():
    with pytest.raises(ValueError, match="Nothing is called “gold”"):
        found("gold")


def test_a_number_beyond_every_signal_finds_none_instead_of_breaking():
    assert found("9" * 60).numbers == {0}
