"""Each thing that goes wrong is found by its own name, and by no other."""

from datetime import timedelta

import pytest

from markets.models import Candle
from signals.models import Difference, Journal, Signal
from strategies.models import ConfigVersion
from tests.builders import make_recipient
from tests.signals.desk import START, make_desk
from tests.signals.parity.day import (
    END,
    MINUTE,
    WATCHED,
    check,
    found,
    live_day,
    look,
    push,
    watch,
)

pytestmark = pytest.mark.django_db

LATE = 340  # the minute that comes late, is revised, or is edited


def causes() -> set[str]:
    return {cause for cause, _ in found()}


def late_desk():
    """A desk that decided three minutes without the bar of LATE."""
    make_recipient()
    symbol = make_desk()
    push(symbol, *range(WATCHED))
    look(WATCHED)
    watch(symbol, WATCHED, LATE)
    watch(symbol, LATE + 1, LATE + 4)
    push(symbol, LATE, at=LATE + 4)
    watch(symbol, LATE + 4, END)
    return symbol


def change_parameters() -> None:
    """Edit a version that has decided, behind the application's back."""
    version = ConfigVersion.objects.get()
    snapshot = {**version.snapshot, "sl_value": "2.00"}
    ConfigVersion.objects.filter(pk=version.pk).update(snapshot=snapshot)


def test_a_day_in_which_nothing_went_wrong_has_no_difference():
    live_day()

    done = check()

    assert found() == []
    assert (done.tracks, done.bars, done.differences) == (1, END, 0)
    assert done.decisions >= 3
    assert done.messages == Signal.objects.count()


def test_a_late_bar():
    late_desk()

    done = check()

    assert causes() == {"late_bar"}
    bars = done.found.get(what="bars")
    assert bars.at == START + LATE * MINUTE
    assert "first seen at 2026-11-18 07:44:01 UTC" in bars.detail


def test_a_record_that_looked_back_on_other_bars_than_those_stored():
    live_day()
    signal = Signal.objects.earliest("bar_time")
    bars = {**signal.evidence["bars"], "sha256": "0" * 64}
    evidence = {**signal.evidence, "bars": bars}
    Signal.objects.filter(pk=signal.pk).update(evidence=evidence, expires_at=signal.issued_at)

    check()

    assert ("revised_bar", "decision") in found()
    assert "looked back on" in Difference.objects.get(what="decision").detail


def test_a_revised_bar():
    push(live_day(), LATE, up=0.0004, at=END + 5)

    done = check()

    assert causes() == {"revised_bar"}
    assert done.found.get(what="bars").at == START + LATE * MINUTE


def test_a_bar_edited_in_the_database():
    live_day()
    row = Candle.objects.filter(time=START + LATE * MINUTE)
    row.update(close=row.get().close + 0.0003)

    done = check()

    assert causes() == {"revised_bar"}
    assert "changed, added or deleted in the database" in done.found.filter(what="bars")[0].detail


def test_a_parameter_edited_after_it_decided():
    live_day()
    change_parameters()

    done = check()

    assert causes() == {"config"}
    assert done.found.filter(what="decision").exists()
    assert "config v1" in done.found.get(what="settings").detail


def test_code_that_was_replaced():
    live_day()
    Journal.objects.update(code_hash="0123456789ab")  # as the release before left it

    check()

    assert found() == [("code", "code")]


@pytest.mark.parametrize(("jump", "way"), [(45.0, "forward"), (-600.0, "back")])
def test_a_clock_that_jumped(jump, way):
    symbol = live_day()
    push(symbol, END)
    look(END + 1, jump=jump)

    done = check()

    assert found() == [("clock", "clock")]
    assert f"set {way} by {abs(jump):.1f} s" in done.found.get().detail


def test_all_five_at_once_are_five_causes():
    symbol = late_desk()
    push(symbol, END)
    look(END + 1, jump=30.0)
    push(symbol, LATE + 20, up=0.0004, at=END + 5)
    change_parameters()
    Journal.objects.update(code_hash="0123456789ab")

    check()

    assert causes() == {"late_bar", "revised_bar", "config", "code", "clock"}


def test_a_record_changed_behind_the_back_is_not_explained():
    live_day()
    first = Signal.objects.earliest("bar_time")
    Signal.objects.filter(pk=first.pk).update(tp=first.tp + first.pip_size)

    done = check()

    assert set(found()) >= {("unknown", "decision")}
    assert causes() == {"unknown"}
    assert done.found.filter(what="decision").get().at == first.bar_time
    assert timedelta(0) <= first.issued_at - first.bar_closed_at
