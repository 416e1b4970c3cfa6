"""Faults that hide in what a strategy keeps between calls, and in what it reads beside the bars."""

import os

import pytest

from backtests.checks.alone import alone
from backtests.checks.registry import findings, verdict
from tests.backtests.checks.hidden import HONEST, KEEPING, OUTSIDE
from tests.backtests.checks.test_checks import FREE, failed, subject

pytestmark = pytest.mark.once


@pytest.mark.parametrize("planted", KEEPING, ids=lambda cls: cls.__name__)
def test_what_is_kept_from_one_call_to_the_next_is_caught(planted):
    found = list(findings(subject(planted()), FREE))

    assert failed(found) == ["sameness"]
    assert "keeps something from one call to the next and decides by it" in verdict(found)


@pytest.mark.parametrize(("planted", "what"), OUTSIDE.items(), ids=lambda each: str(each))
def test_what_is_read_beside_the_bars_is_caught_by_name(planted, what):
    found = list(findings(subject(planted()), FREE))

    assert failed(found) == ["outside"]
    assert verdict(found).startswith(f"Do not run: it reads {what} (")


@pytest.mark.parametrize("honest", HONEST, ids=lambda cls: cls.__name__)
def test_time_zones_and_what_is_kept_rightly_are_no_fault(honest):
    assert failed(findings(subject(honest()), FREE)) == []


def test_work_done_alone_answers_raises_and_leaves_no_trace():
    kept = []

    assert alone(lambda: [kept.append(1), os.getpid()])[1] != os.getpid()
    with pytest.raises(ZeroDivisionError):
        alone(lambda: 1 / 0)
    with pytest.raises(ChildProcessError, match="ended with 9"):
        alone(lambda: os._exit(9))
    assert kept == []
