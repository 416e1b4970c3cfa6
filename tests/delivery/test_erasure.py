"""Who may be deleted, and what is left of somebody who is forgotten."""

import pytest
from django.contrib.admin.models import LogEntry

from audit.models import Event
from delivery.models import Consent, Inbound, Recipient
from tests.builders import NOON, make_delivery, make_recipient
from tests.delivery.console import ANNA, act, edit, page

pytestmark = pytest.mark.django_db


def test_who_was_sent_something_cannot_be_deleted_and_the_page_says_what_to_do(boss):
    recipient = make_delivery().recipient

    answer = boss.get(page("recipient", "delete", recipient.pk), follow=True).content.decode()
    boss.post(page("recipient", "delete", recipient.pk), {"post": "yes"})

    assert "choose Forget this person" in answer
    assert Recipient.objects.exists()


def test_who_was_sent_nothing_can_be_deleted_by_an_admin(boss):
    recipient = make_recipient("Anna")

    boss.post(page("recipient", "delete", recipient.pk), {"post": "yes"})

    assert not Recipient.objects.exists()
    assert "Anna" not in str(list(LogEntry.objects.values()))
    assert Event.objects.get(kind="recipient.deleted").subject == f"recipient:{recipient.pk}"


def test_forgetting_somebody_asks_first_and_leaves_only_a_number(boss):
    waiting = make_delivery(recipient=make_recipient("Anna Smith", address="+447911123456"))
    recipient = waiting.recipient
    who = {"recipient": recipient, "channel": "whatsapp", "address": recipient.address}
    Inbound.objects.create(provider_id="in.1", text="my words", received_at=NOON, **who)
    Consent.objects.create(action="opt_in", source="signed form", at=NOON, **who)

    edit(boss, recipient, name="Anna Smith-Jones")
    question = act(boss, "recipient", "forget_selected", recipient)
    before = Recipient.objects.get().name
    act(boss, "recipient", "forget_selected", recipient, confirmed="yes")

    waiting.refresh_from_db()
    erased = Recipient.objects.get()
    tables = (Recipient, Inbound, Consent, LogEntry)
    rows = [row for table in tables for row in table.objects.values()]
    assert "Forget these people?" in question and before == "Anna Smith-Jones"
    assert (waiting.state, waiting.reason) == ("cancelled", "recipient_erased")
    assert erased.is_erased and not erased.is_reachable
    for trace in ("Anna", "7911123456", "my words", "signed form"):
        assert trace not in str(rows)
        assert trace not in str(list(Event.objects.values()))
    assert Event.objects.get(kind="recipient.erased").actor == "boss"


def test_staff_cannot_forget_anybody_and_nobody_edits_who_was_forgotten(staff):
    recipient = make_recipient("Anna")

    act(staff, "recipient", "forget_selected", recipient, confirmed="yes")
    Recipient.objects.update(name=f"Erased {recipient.pk}", address=f"erased {recipient.pk}")
    answer = staff.post(page("recipient", "change", recipient.pk), ANNA)

    assert not Event.objects.filter(kind="recipient.erased").exists()
    assert answer.status_code == 403
