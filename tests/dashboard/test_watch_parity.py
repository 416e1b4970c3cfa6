"""Staff hear of a day that comes out otherwise, and that it is understood."""

import pytest

from dashboard.conditions import OVER
from delivery.models import Alarm
from signals.models import Difference, ParityCheck, Run
from tests.dashboard.watching import START, look_through, ticking_desk

pytestmark = pytest.mark.django_db


def checked(*causes: str) -> ParityCheck:
    """A look back at the day before, with a difference of each cause."""
    run, _ = Run.objects.get_or_create(kind="live", defaults={"started_at": START})
    facts = {"day": START.date(), "checked_at": START, "differences": len(causes)}
    check = ParityCheck.objects.create(run=run, **facts)
    for cause in causes:
        Difference.objects.create(check_of=check, at=START, what="bars", cause=cause)
    return check


def test_a_day_that_differs_is_told_with_its_causes_until_it_comes_out_the_same():
    ticking_desk()
    day = f"{checked('late_bar', 'late_bar', 'clock').day:%d %b}"

    raised = look_through(1, 6)
    checked()
    look_through(7, 12)

    assert len(raised) == 1
    assert f"{day} was computed again and differs from what was live: 3 differences" in raised[0]
    assert "(late bar 2, clock jump 1)" in raised[0]
    assert Alarm.objects.get(key="parity").closed_at is not None
    assert OVER["parity"]("") == "The newest day computed again comes out as it was live."
