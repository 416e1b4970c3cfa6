"""What is said of the live record, and when a day is looked back at."""

import io
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command

from audit.models import Event
from markets.models import Candle
from signals.models import ParityCheck
from signals.parity import check_due, standing
from signals.tasks import look_back
from tests.signals.desk import START, make_desk
from tests.signals.parity.day import DAY, NIGHT, WATCHED, look, push

pytestmark = pytest.mark.django_db


def quiet_day():
    """A desk that was caught up over bars without a record."""
    symbol = make_desk()
    push(symbol, *range(WATCHED))
    look(WATCHED)
    return symbol


def edit_a_bar() -> None:
    Candle.objects.filter(time=START + timedelta(minutes=100)).update(volume=2.0, close=1.2)


def standing_now():
    return standing(START, NIGHT, now=NIGHT)


def test_a_day_nobody_looked_back_at_is_unchecked():
    quiet_day()

    assert standing_now().state == "unchecked"
    assert standing_now().text.endswith("again yet. 1 day waiting for it.")


def test_the_nightly_look_checks_each_day_once():
    quiet_day()

    first, again = check_due(now=NIGHT), check_due(now=NIGHT + timedelta(hours=1))

    assert ([check.day for check in first], again) == ([DAY], [])
    assert standing_now().text == "1 day computed again, every decision the same."
    assert Event.objects.filter(kind="parity.checked").count() == 1


def test_a_day_is_looked_back_at_again_when_other_values_for_it_come_later():
    symbol = quiet_day()
    check_due(now=NIGHT)
    push(symbol, 100, up=0.002, at=24 * 60)

    again, then = check_due(now=NIGHT + timedelta(days=1)), check_due(now=NIGHT + timedelta(days=2))

    assert ([check.day for check in again], then) == ([DAY], [])


def test_today_is_not_looked_back_at():
    quiet_day()

    assert check_due(now=START + timedelta(hours=8)) == []


def test_a_difference_turns_it_amber_until_a_later_look_finds_none():
    quiet_day()
    before = Candle.objects.get(time=START + timedelta(minutes=100))
    edit_a_bar()
    check_due(now=NIGHT)
    amber = standing_now()
    before.save()
    call_command("check_parity", day=DAY, stdout=io.StringIO())

    assert (amber.state, amber.by_cause) == ("amber", (("Revised bar", 1),))
    assert amber.text == "1 of 1 day computed again came out otherwise: revised bar 1."
    assert amber.differences[0].get_what_display() == "Bars"
    assert standing_now().state == "clean"
    assert Event.objects.filter(kind="parity.differs").count() == 1


def test_the_command_names_what_differs():
    quiet_day()
    edit_a_bar()
    out = io.StringIO()

    with pytest.raises(CommandError, match="differ"):
        call_command("check_parity", day=DAY, stdout=out)

    assert "Revised bar, 2026-11-18 03:00" in out.getvalue()


def test_a_day_without_bars_is_no_day_that_was_computed_again():
    quiet_day()
    out = io.StringIO()
    for day in (DAY, DAY - timedelta(days=9)):
        call_command("check_parity", day=day, stdout=out)

    assert "nothing was evaluated" in out.getvalue().splitlines()[1]
    assert standing(None, NIGHT, now=NIGHT).days == 1


def test_the_command_refuses_a_day_that_is_not_over_or_no_day():
    make_desk()
    look(WATCHED)

    with pytest.raises(CommandError, match="2100-01-01 is not over yet"):
        call_command("check_parity", day=date(2100, 1, 1))
    with pytest.raises(CommandError, match="write the day as 2026-11-18, not nonsense"):
        call_command("check_parity", "--day", "nonsense")


def test_the_task_looks_back_where_there_is_something_to_look_at():
    look_back()

    assert not ParityCheck.objects.exists()
