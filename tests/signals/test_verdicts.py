"""What each guard said about a stored signal."""

import pytest

from signals.verdicts import Verdict, verdicts
from tests.builders import make_signal
from tests.signals.desk import first_signal, make_desk

pytestmark = pytest.mark.django_db


def by_guard(signal):
    return {verdict.guard: verdict for verdict in verdicts(signal)}


def test_every_guard_of_an_accepted_signal_passed_with_its_reading():
    found = by_guard(first_signal(make_desk()))

    assert len(found) == 6
    assert {verdict.refusal for verdict in found.values()} == {""}
    assert found["Daily loss limit"].reading == "0 R"
    assert found["Kill switch"].reading == "off"
    assert found["Volatility"].reading.endswith("%")


def test_a_refusal_is_shown_as_it_was_stored():
    reason = "ATR is 0.090% of price, limit 0.040%"
    signal = make_signal(status="blocked", refusals=[{"guard": "volatility", "reason": reason}])

    assert by_guard(signal)["Volatility"].refusal == reason


def test_a_flat_is_judged_by_the_kill_switch_alone():
    signal = make_signal(action="FLAT", sl=None, tp=None, evidence={"book": {"pause_reason": None}})

    assert verdicts(signal) == (
        Verdict("Kill switch", "nothing is sent while it is on", "off", ""),
    )


def test_what_an_old_signal_did_not_keep_is_said():
    found = verdicts(make_signal())

    assert {verdict.reading for verdict in found} == {"not kept"}


def test_a_guard_that_is_no_longer_in_the_code_is_still_shown():
    signal = make_signal(status="blocked", refusals=[{"guard": "moon", "reason": "it is full"}])

    assert by_guard(signal)["moon"].refusal == "it is full"
