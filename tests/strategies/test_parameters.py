"""Settings of a dataclass: described, checked, and refused in words a staff user understands."""

from dataclasses import dataclass, replace
from decimal import Decimal

import pytest

from strategies.donchian_atr import DonchianAtr
from strategies.ema_rsi import EmaRsi
from strategies.parameters import SettingError, build, defaults, describe, setting


@dataclass(frozen=True, kw_only=True)
class Limits:
    """One setting of each type."""

    share: float
    bars: int = setting(12, help="Bars to wait.", unit="bars", minimum=1, maximum=500)
    amount: Decimal = Decimal("2.50")
    is_strict: bool = False
    note: str = ""


def test_a_setting_is_described_with_its_words_and_limits():
    bars = describe(Limits)[1]

    assert (bars.name, bars.type, bars.default) == ("bars", int, 12)
    assert (bars.help, bars.label) == ("Bars to wait.", "Bars (bars)")
    assert (bars.minimum, bars.maximum) == (1, 500)


def test_a_setting_says_its_limits_and_its_values_in_its_own_unit():
    share, bars, _, is_strict, _ = describe(Limits)

    assert (bars.limits, share.limits) == ("1 to 500 bars", "")
    assert replace(bars, maximum=100_000).limits == "1 to 100,000 bars"
    assert (bars.shown(12), is_strict.shown(False), share.shown(None)) == ("12 bars", "off", "none")


def test_a_label_spells_the_fields_words():
    labels = [item.label for item in describe(DonchianAtr)]

    assert labels[1:3] == ["Trail ATR (x ATR 14)", "SuperTrend filter"]


def test_defaults_leave_out_what_must_be_given():
    assert defaults(Limits) == {
        "bars": 12,
        "amount": Decimal("2.50"),
        "is_strict": False,
        "note": "",
    }


def test_numbers_may_come_as_text():
    limits = build(
        Limits, {"share": "0.5", "bars": "20", "amount": "1.10", "is_strict": "on", "note": "x"}
    )

    assert limits == Limits(share=0.5, bars=20, amount=Decimal("1.10"), is_strict=True, note="x")


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"fsat": 12}, "unknown setting 'fsat', did you mean 'fast'?"),
        (
            {"wobble": 1},
            "unknown setting 'wobble', known are: fast, slow, rsi_period, gate",
        ),
        ({"fast": 1}, "fast must be at least 2 bars"),
        ({"slow": 5000}, "slow must be at most 1000 bars"),
        ({"fast": 12.5}, "fast must be a whole number, not 12.5"),
        ({"fast": "twelve"}, "fast must be a whole number, not 'twelve'"),
        ({"fast": True}, "fast must be a whole number, not True"),
        ({"fast": None}, "fast must be a whole number, not None"),
        ({"gate": float("nan")}, "gate must be a number, not nan"),
        ({"gate": "Infinity"}, "gate must be a number, not 'Infinity'"),
        ({"fast": 30}, "fast must be shorter than slow (26 bars)"),
    ],
)
def test_a_bad_setting_is_refused_in_plain_words(values, words):
    with pytest.raises(SettingError) as refusal:
        build(EmaRsi, values)

    assert str(refusal.value) == words
    assert refusal.value.setting in values


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "share must be given"),
        ({"share": 1, "is_strict": "perhaps"}, "is_strict must be true or false, not 'perhaps'"),
        ({"share": 1, "note": 5}, "note must be text, not 5"),
    ],
)
def test_other_types_are_checked_as_well(values, words):
    with pytest.raises(ValueError, match=words):
        build(Limits, values)
