"""What anybody sees who looks a receipt up."""

from datetime import timedelta

import pytest
import time_machine

from audit.log import log_event
from audit.models import Event, Seal
from audit.receipts import grouped
from audit.sealing import chain, head, pending
from audit.triggers import remove_triggers
from signals.messages import signal_text
from signals.models import Position, Signal
from signals.proofs import proven
from tests.builders import make_recipient
from tests.signals.desk import first_signal, make_desk, pushed, tick

pytestmark = pytest.mark.django_db


@pytest.fixture
def symbol():
    make_recipient("Zacharias")
    return make_desk()


@pytest.fixture
def signal(symbol):
    """A signal found in time, its event sealed a second after it was logged."""
    made = first_signal(symbol)
    seal_at(made.issued_at + timedelta(seconds=1))
    return made


def seal_at(at):
    """Seal what waits, as the sealer would have at this time."""
    last = head()
    waiting = pending(last.event_id if last else 0)
    Seal.objects.bulk_create(chain(last, waiting, sealed_at=at))


def ended(symbol, signal):
    """Tick on until it has ended; the outcome."""
    minute = int((signal.bar_closed_at - pushed(symbol, 0)).total_seconds() // 60)
    while True:
        minute += 1
        tick(now=pushed(symbol, minute))
        over = Position.objects.filter(signal=signal, state="closed").first()
        if over:
            seal_at(over.closed_at + timedelta(seconds=9))
            return over


def test_a_signal_that_runs_was_sealed_seconds_after_its_bar(signal):
    found = proven(signal.receipt)

    assert found.text == signal_text(signal)
    assert (found.tone, found.verdict) == (
        "good",
        "Recorded and sealed 4 s after its bar closed. It has not ended yet.",
    )


def test_one_that_ended_was_sealed_before_its_outcome(symbol, signal):
    over = ended(symbol, signal)

    found = proven(signal.receipt)

    minutes = int((over.closed_at - signal.issued_at).total_seconds() // 60)
    assert found.tone == "good"
    assert f"{minutes} min before its outcome." in found.verdict
    assert found.said.seal.seq < found.ended.seal.seq
    assert found.ended.event.kind == "signal.closed"


def test_one_that_is_not_sealed_proves_nothing_yet(symbol):
    signal = first_signal(symbol)

    assert "not sealed yet" in proven(signal.receipt).verdict


def test_what_was_found_late_is_not_called_foresight(symbol):
    tick(now=pushed(symbol, 600))
    seal_at(pushed(symbol, 600))
    late = Signal.objects.filter(late=True, status="closed").exclude(action="FLAT").first()

    found = proven(late.receipt)

    assert found.tone == "warn"
    assert found.verdict.endswith("when its outcome was known already: it proves no foresight.")


@pytest.mark.parametrize("kind", ["signal.generated", "signal.closed"])
def test_an_event_changed_behind_the_desks_back_is_not_to_be_trusted(symbol, signal, kind):
    ended(symbol, signal)
    remove_triggers()
    Event.objects.filter(kind=kind, subject=f"signal:{signal.pk}").update(actor="x")

    assert proven(signal.receipt).verdict.endswith("do not trust it.")


def test_a_signal_whose_row_says_something_else_is_not_to_be_trusted(signal):
    Signal.objects.filter(pk=signal.pk).update(confidence=0.99)

    assert proven(signal.receipt).tone == "bad"


def test_a_code_moved_to_another_signal_is_not_to_be_trusted(signal):
    Signal.objects.filter(pk=signal.pk).update(receipt="0123456789AB")

    assert proven("0123456789AB").tone == "bad"


def test_anybody_may_look_however_they_type_it(client, signal):
    typed = grouped(signal.receipt).lower()

    page = client.get("/verify/", {"code": typed}, follow=True)

    assert page.redirect_chain == [(f"/verify/{signal.receipt}/", 302)]
    text = page.content.decode()
    assert signal_text(signal) in text
    assert "It has not ended yet." in text
    assert page["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_the_page_names_nobody(client, signal):
    text = client.get(f"/verify/{signal.receipt}/").content.decode()

    assert "Zacharias" not in text
    assert "+4479111" not in text


def test_a_code_nobody_issued_is_said_to_be_unknown(client, db):
    answer = client.get("/verify/0123456789AB/")

    assert answer.status_code == 404
    assert "No signal has this code" in answer.content.decode()
    assert "has 12 letters and digits" in client.get("/verify/?code=abc").content.decode()


def test_blocked_and_shadow_signals_are_not_told_of(signal):
    Signal.objects.filter(pk=signal.pk).update(is_shadow=True)

    assert proven(signal.receipt) is None


@time_machine.travel("2026-11-21 10:00:15Z", tick=False)
def test_who_tries_codes_has_to_wait(client, signal):
    answers = [client.get("/verify/0123456789AB/").status_code for _ in range(31)]

    assert answers == [404] * 30 + [429]
    refused = client.get(f"/verify/{signal.receipt}/")
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 60


def test_the_signals_page_shows_its_receipt(signal, client, admin_user):
    client.force_login(admin_user)

    text = client.get(f"/signals/{signal.pk}/").content.decode()

    assert f'href="/verify/{signal.receipt}/">{grouped(signal.receipt)}' in text


def test_other_events_of_the_signal_are_not_taken_for_it(signal):
    log_event("signal.pushed", at=signal.issued_at, subject=f"signal:{signal.pk}", text="again")

    assert proven(signal.receipt).tone == "good"


def test_a_signal_on_made_up_prices_says_demo(client, signal):
    honest = client.get(f"/verify/{signal.receipt}/").content.decode()
    Signal.objects.filter(pk=signal.pk).update(feed="mock")

    demo = client.get(f"/verify/{signal.receipt}/").content.decode()

    assert "DEMO" in demo
    assert "DEMO" not in honest
