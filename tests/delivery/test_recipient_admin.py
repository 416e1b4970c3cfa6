from datetime import UTC, datetime, time, timedelta

import pytest
from django.contrib.auth.models import Permission, User

from audit.models import Event
from delivery.models import Consent, Message, Recipient
from delivery.outbox import queue_message
from tests.builders import NOON, make_delivery, make_recipient, make_symbol
from tests.delivery.console import act, add, edit, page

pytestmark = pytest.mark.django_db


def test_a_recipient_is_added_with_lists_to_choose_from(staff):
    for code in ("EURUSD", "GBPUSD", "USDJPY"):
        make_symbol(code)

    add(staff, wants_symbol=["EURUSD", "GBPUSD"], quiet_from="22:00", quiet_until="07:00")

    recipient = Recipient.objects.get()
    assert (recipient.address, recipient.wants) == (
        "+447911123456",
        {"symbol": ["EURUSD", "GBPUSD"]},
    )
    assert (recipient.quiet_from, recipient.quiet_until) == (time(22), time(7))
    assert Event.objects.get(kind="recipient.added").actor == "carol"
    consent = Consent.objects.get()
    assert (consent.action, consent.source, consent.at) == ("opt_in", "signed form", NOON)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"address": "07911 123456"}, "with its country code"),
        ({"opt_in_source": ""}, "say when and how they agreed"),
        ({"opted_in_at_0": "", "opted_in_at_1": ""}, "say when and how they agreed"),
        ({"quiet_from": "22:00"}, "both a start and an end"),
        ({"quiet_from": "22:00", "quiet_until": "22:00"}, "leave both empty"),
        ({"time_zone": "Mars/Olympus"}, "Select a valid choice"),
        ({"wants_symbol": ["XAUUSD"]}, "Select a valid choice"),
        ({"min_confidence": "2"}, "less than or equal to 1"),
    ],
)
def test_the_form_says_in_plain_words_what_is_wrong(staff, wrong, words):
    assert words in add(staff, **wrong)
    assert not Recipient.objects.exists()


def test_a_demo_recipient_needs_no_consent(staff):
    none = {"opted_in_at_0": "", "opted_in_at_1": "", "opt_in_source": ""}

    add(staff, channel="preview", address="demo", **none)

    assert Recipient.objects.get().channel == "preview"


def test_wishes_come_back_in_the_form_also_those_no_longer_offered(staff):
    make_symbol("EURUSD")
    recipient = make_recipient(wants={"symbol": ["EURUSD", "XAUUSD"]})

    shown = staff.get(page("recipient", "change", recipient.pk)).content.decode()
    edit(staff, recipient, wants_symbol=["XAUUSD"])

    assert "XAUUSD (no longer offered)" in shown
    assert recipient.wants == {"symbol": ["XAUUSD"]}


def test_saving_writes_only_what_was_changed_so_a_stop_meanwhile_stays(staff):
    recipient = make_recipient()
    loaded = Recipient.objects.get(pk=recipient.pk)
    Recipient.objects.filter(pk=recipient.pk).update(opted_out_at=NOON)

    edit(staff, loaded, name="Anna Smith")

    assert (loaded.name, loaded.opted_out_at) == ("Anna Smith", NOON)
    changed = Event.objects.get(kind="recipient.changed")
    assert changed.payload["changed"][0] == "name"
    assert "Smith" not in str(changed.payload)


def test_switching_somebody_off_in_the_form_cancels_what_waits(staff):
    waiting = make_delivery(recipient=make_recipient())

    edit(staff, waiting.recipient, is_active="")

    waiting.refresh_from_db()
    assert (waiting.state, waiting.reason) == ("cancelled", "recipient_paused")


def test_other_quiet_hours_move_what_waits_for_their_end(staff):
    always = {"quiet_from": time(0), "quiet_until": time(23, 59), "time_zone": "UTC"}
    recipient = make_recipient(**always)
    night = datetime.now(UTC).replace(hour=1)
    times = {"deliver_by": night + timedelta(hours=9), "now": night}
    content = {"kind": "signal", "title": "", "text": "", "fields": {}, "tags": {}}
    held = queue_message(key="signal:1", **content, **times).deliveries.get()

    edit(staff, recipient, quiet_from="", quiet_until="")

    held.refresh_from_db()
    assert held.reason == ""
    assert held.due_at <= datetime.now(UTC)


def test_a_new_number_is_asked_nothing_of_the_old_one(staff):
    learnt = {"provider_address": "+5511999", "last_inbound_at": NOON, "problem": "131026"}
    recipient = make_recipient(**learnt)

    edit(staff, recipient, address="+447911999999")

    assert recipient.address == "+447911999999"
    assert (recipient.provider_address, recipient.last_inbound_at, recipient.problem) == (
        "",
        None,
        "",
    )


def test_who_may_not_change_recipients_sees_masked_numbers_only(staff):
    recipient = make_recipient(address="+447911123456")
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_recipient"))
    staff.force_login(reader)

    shown = [
        staff.get(url).content.decode()
        for url in (page("recipient"), page("recipient", "change", recipient.pk))
    ]

    for text in shown:
        assert "+447911123456" not in text
        assert "+44********56" in text
    assert "0 results" in staff.get(page("recipient"), {"q": "7911123456"}).content.decode()


def test_staff_send_a_test_message_and_pause_and_resume_a_recipient(staff):
    recipient = make_recipient()
    waiting = make_delivery(recipient=recipient)

    assert "a test message is on its way" in act(staff, "recipient", "send_test", recipient)
    act(staff, "recipient", "pause_selected", recipient)
    waiting.refresh_from_db()
    paused = Recipient.objects.get()
    act(staff, "recipient", "resume_selected", recipient)

    assert Message.objects.filter(kind="test").exists()
    assert (waiting.state, waiting.reason) == ("cancelled", "recipient_paused")
    assert not paused.is_active
    assert Recipient.objects.get().is_active


def test_resuming_forgets_what_failed_before(staff):
    recipient = make_recipient(problem="131026: not on WhatsApp", failures_in_row=3)

    act(staff, "recipient", "resume_selected", recipient)

    recipient.refresh_from_db()
    assert (recipient.problem, recipient.failures_in_row) == ("", 0)


@pytest.mark.parametrize(
    ("question", "answer", "names"),
    [
        ("opted_out", "yes", {"Gone"}),
        ("opted_out", "no", {"Failing", "Staff"}),
        ("problem", "yes", {"Failing"}),
        ("gets_alerts__exact", "1", {"Staff"}),
        ("channel__exact", "preview", {"Staff"}),
    ],
)
def test_the_list_is_filtered_by_what_staff_look_for(staff, question, answer, names):
    make_recipient("Gone", opted_out_at=NOON)
    make_recipient("Failing", problem="131026")
    make_recipient("Staff", gets_alerts=True, channel="preview")

    shown = staff.get(page("recipient"), {question: answer}).context["cl"].queryset

    assert {recipient.name for recipient in shown} == names


def test_an_opt_out_told_to_staff_stops_everything_and_is_kept(staff):
    waiting = make_delivery(recipient=make_recipient())

    edit(staff, waiting.recipient, asked_to_stop="phoned on 3 May")

    waiting.refresh_from_db()
    consent = Consent.objects.get(action="opt_out")
    assert waiting.recipient.opted_out_at is not None
    assert (waiting.state, waiting.reason) == ("cancelled", "opted_out")
    assert (consent.source, consent.recipient) == ("phoned on 3 May", waiting.recipient)


def test_an_opt_out_ends_only_with_a_new_consent(staff):
    recipient = make_recipient(opted_out_at=NOON)

    edit(staff, recipient, opted_out_at_0="", opted_out_at_1="")
    still_out = recipient.opted_out_at
    answer = act(staff, "recipient", "resume_selected", recipient)
    edit(staff, recipient, opt_in_source="", agreed_again="asked for it by mail")

    assert still_out == NOON
    assert "opted out and is sent nothing" in answer
    assert (recipient.opted_out_at, recipient.opt_in_source) == (None, "asked for it by mail")
    assert Consent.objects.filter(action="opt_in", source="asked for it by mail").exists()
    assert Event.objects.get(kind="recipient.opted_in").actor == "carol"


def test_who_wrote_stop_before_we_knew_them_is_not_added_without_a_later_consent(staff):
    stop = {"channel": "whatsapp", "address": "+447911123456", "action": "opt_out"}
    Consent.objects.create(**stop, source="wrote STOP", at=NOON + timedelta(hours=1))

    refused = add(staff)
    add(staff, opted_in_at_0="2026-11-19")

    assert "opted out on 18 Nov 2026 at 13:00 UTC (wrote STOP)" in refused
    assert Recipient.objects.get().opted_in_at > NOON


def test_an_address_of_no_recipient_leads_back_instead_of_breaking(staff):
    answer = staff.get("/admin/delivery/recipient/11/no-such-page/change/", follow=True)

    assert answer.status_code == 200
    assert "exist" in answer.content.decode()


def test_a_consent_that_lies_in_the_future_is_refused(staff):
    assert "This is in the future: it is" in add(staff, opted_in_at_0="2096-11-18")
    assert not Recipient.objects.exists()
