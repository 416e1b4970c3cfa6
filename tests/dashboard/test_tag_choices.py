import pytest

from delivery.tag_choices import choices_for, not_offered
from tests.builders import make_symbol

pytestmark = pytest.mark.django_db


def test_recipients_choose_among_the_desks_symbols_and_strategies():
    make_symbol("GBPUSD", is_enabled=False)
    make_symbol("EURUSD")

    assert [value for value, _ in choices_for("symbol")] == ["EURUSD", "GBPUSD"]
    assert "ema_rsi" in [value for value, _ in choices_for("strategy")]


def test_what_was_chosen_before_stays_visible_once_it_is_gone():
    make_symbol("EURUSD")

    assert choices_for("symbol", kept=["EURUSD", "XAUUSD"])[1:] == [
        ("XAUUSD", "XAUUSD (no longer offered)")
    ]
    assert not_offered("symbol", ["EURUSD", "XAUUSD", "EURUSDD"], kept=["XAUUSD"]) == ["EURUSDD"]


def test_a_tag_nobody_offers_values_for_takes_any():
    assert not_offered("region", ["anything"]) == []
