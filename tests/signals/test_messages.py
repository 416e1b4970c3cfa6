from decimal import Decimal

import pytest

from signals.messages import signal_json, signal_text
from tests.builders import make_signal

pytestmark = pytest.mark.django_db


def test_a_signal_reads_word_for_word_as_the_contract_has_it():
    signal = make_signal()

    assert signal_text(signal) == (
        "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi"
    )


def test_levels_it_has_not_are_dashes():
    flat = make_signal(action="FLAT", sl=None, tp=None, confidence=None)

    assert signal_text(flat) == "EURUSD FLAT @ 1.08523 | SL - | TP - | conf - | ema_rsi"


def test_an_old_signal_keeps_its_digits_when_the_symbol_gets_others():
    signal = make_signal()
    signal.symbol.digits, signal.symbol.pip_size = 2, Decimal(1)
    signal.symbol.save()
    signal.refresh_from_db()

    assert signal_text(signal).startswith("EURUSD BUY @ 1.08523 |")
    assert signal_json(signal)["price"] == 1.08523
