"""Cancelling, running again and deleting, on pages and in Admin."""

import pytest
from django.urls import reverse

from audit.models import Event
from backtests.models import Backtest, State, Sweep
from backtests.runs import queue_backtest, queue_trials
from tests.backtests.finished import make_done
from tests.backtests.pages.asked import LIST, page_of
from tests.backtests.stored import plan
from tests.builders import NOON

pytestmark = pytest.mark.django_db


def test_staff_cancel_run_again_and_delete(staff):
    run = make_done()
    staff.post(reverse("backtest-again", args=[run.pk]))
    again = Backtest.objects.first()
    staff.post(reverse("backtest-cancel", args=[again.pk]))
    staff.post(reverse("backtest-delete", args=[run.pk]))

    [left] = Backtest.objects.all()
    assert (left.pk, left.state, left.plan) == (again.pk, State.CANCELLED, run.plan)
    kinds = set(Event.objects.values_list("kind", flat=True))
    assert {"backtest.cancelled", "backtest.deleted"} <= kinds


def test_a_viewer_is_offered_nothing_to_do(viewer):
    run = make_done()

    pages = viewer.get(LIST).content.decode() + viewer.get(page_of(run)).content.decode()

    assert "/backtests/new/" not in pages and "/delete/" not in pages and "/again/" not in pages


def test_staff_cancel_and_delete_in_admin_but_no_trial_alone(staff):
    done, waiting = make_done(), queue_backtest(plan(), by="olga", now=NOON)
    sweep = Sweep.objects.create(
        kind="grid",
        plan=done.plan,
        space={},
        trials=1,
        is_demo=False,
        created_at=NOON,
        created_by="olga",
    )
    queue_trials(sweep, [plan()], now=NOON)
    trial = Backtest.objects.get(sweep=sweep)
    url = reverse("admin:backtests_backtest_changelist")

    staff.post(url, {"action": "cancel_selected", "_selected_action": [waiting.pk]})
    staff.post(url, {"action": "delete_rows", "_selected_action": [done.pk, trial.pk]})

    left = dict(Backtest.objects.values_list("pk", "state"))
    assert left == {waiting.pk: State.CANCELLED, trial.pk: State.QUEUED}
