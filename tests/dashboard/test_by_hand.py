"""What staff send by hand from the pages, and what came of it."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audit.models import Event
from delivery.models import Message
from delivery.pauses import pause
from tests.builders import (
    NOON,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
)

pytestmark = pytest.mark.django_db


def test_pushing_shows_text_and_recipients_then_queues_a_repeat(staff):
    signal = make_signal()
    make_message(signal.message_key)
    make_recipient("Bea")

    asked = staff.get(reverse("push", args=[signal.pk])).content.decode()
    assert "EURUSD BUY @ 1.08523" in asked
    assert "Bea" in asked
    staff.post(reverse("push", args=[signal.pk]))

    repeat = Message.objects.get(key=f"signal:{signal.pk}:resend:1")
    assert repeat.text.startswith("REPEAT ")
    assert [delivery.recipient.name for delivery in repeat.deliveries.all()] == ["Bea"]


def test_a_flat_goes_again_only_to_those_who_got_it(staff):
    entry, bea = make_signal(minutes_ago=5), make_recipient("Bea")
    flat = make_signal(action="FLAT", sl=None, tp=None, ends=entry)
    for told in (entry, flat):
        make_delivery(message=make_message(told.message_key), recipient=bea, state="sent")
    make_recipient("Cleo")

    staff.post(f"/push/{flat.pk}/")

    repeat = Message.objects.get(key=f"signal:{flat.pk}:resend:1")
    assert [delivery.recipient.name for delivery in repeat.deliveries.all()] == ["Bea"]


def test_a_flat_nobody_may_get_says_why(staff):
    flat = make_signal(action="FLAT", sl=None, tp=None)
    make_recipient("Cleo")

    page = staff.get(f"/push/{flat.pk}/").content.decode()

    assert "A FLAT goes to those who were sent the signal it ends" in page


def test_a_signal_found_late_may_be_sent_by_hand_while_it_is_an_idea(staff):
    late = make_signal(late=True)
    make_recipient("Bea")

    page = staff.post(f"/push/{late.pk}/", follow=True).content.decode()

    assert "EURUSD BUY is on its way to Bea" in page
    sent = Message.objects.get(key=late.message_key)
    assert sent.text.startswith("EURUSD BUY @ 1.08523 |")
    assert Event.objects.filter(kind="signal.pushed", actor="sam").exists()


@pytest.mark.parametrize("over", [{"status": "closed"}, {"expires_at": NOON}])
def test_a_late_signal_that_is_over_is_not_sent(staff, over):
    late = make_signal(late=True, **over)
    make_recipient()

    page = staff.post(f"/push/{late.pk}/", follow=True).content.decode()

    assert "found too late to be sent" in page
    assert not Message.objects.exists()


@pytest.mark.parametrize("late", [True, False])
def test_a_push_under_the_kill_switch_is_refused_with_the_reason(staff, late):
    signal = make_signal(late=late)
    if not late:
        make_message(signal.message_key)
    make_recipient()
    pause(reason="News", by="sam", now=NOON)

    page = staff.post(f"/push/{signal.pk}/", follow=True).content.decode()

    assert "Pushes are stopped (News)" in page
    assert not Message.objects.filter(kind="manual").exists()


@pytest.mark.parametrize("hidden", [{"status": "blocked"}, {"is_shadow": True}])
def test_a_blocked_or_shadow_signal_cannot_be_pushed(staff, hidden):
    signal = make_signal(**hidden)

    assert staff.post(f"/push/{signal.pk}/").status_code == 404


@pytest.mark.parametrize("over", [{"status": "closed"}, {"expires_at": NOON}])
def test_a_signal_that_is_over_goes_again_once_somebody_ticks_that_he_knows(staff, over):
    signal = make_signal(**over)
    make_message(signal.message_key)
    make_recipient("Bea")
    url = f"/push/{signal.pk}/"

    assert "This signal is over" in staff.get(url).content.decode()
    assert "Tick this" in staff.post(url).content.decode()
    assert not Message.objects.filter(kind="manual").exists()
    staff.post(url, {"confirm": "on"})

    assert Message.objects.get(kind="manual").text.startswith("REPEAT 12:00 UTC | ")


def test_the_last_signal_is_the_newest_public_one_of_any_symbol(staff):
    make_signal(minutes_ago=9)
    newest = make_signal(minutes_ago=3, action="SELL", sl="1.09", tp=None)
    make_signal(minutes_ago=1, status="blocked")
    make_signal(minutes_ago=2, late=True)

    page = staff.get("/push/last/").content.decode()

    assert f'action="/push/{newest.pk}/"' in page


def test_a_flat_that_went_to_nobody_is_not_the_last_signal(staff):
    entry = make_signal(minutes_ago=9)
    flat = make_signal(minutes_ago=1, action="FLAT", sl=None, tp=None)
    make_message(flat.message_key)

    assert f'action="/push/{entry.pk}/"' in staff.get("/push/last/").content.decode()


def test_a_late_signal_is_the_last_one_once_it_was_sent_by_hand(staff):
    late = make_signal(late=True)
    make_message(late.message_key)

    assert f'action="/push/{late.pk}/"' in staff.get("/push/last/").content.decode()


def test_where_no_signal_was_sent_there_is_nothing_to_send_again(staff):
    make_signal(late=True)

    assert "Nothing to send again yet" in staff.get("/push/last/").content.decode()


def test_the_push_page_says_what_became_of_it_so_far(staff):
    signal = make_signal()
    make_delivery(message=make_message(signal.message_key), state="read")

    page = staff.get(f"/push/{signal.pk}/").content.decode()

    assert "sent 1, delivered 1, read 1, uncertain 0" in page


def test_after_sending_the_next_page_says_what_came_of_it(staff):
    signal = make_signal()
    make_message(signal.message_key)
    make_recipient("Bea")

    page = staff.post(f"/push/{signal.pk}/", follow=True)

    repeat = Message.objects.get(kind="manual")
    assert page.redirect_chain[-1][0] == f"/messages/{repeat.pk}/"
    assert "Bea" in page.content.decode()
    assert "waiting" in page.content.decode()


def test_the_page_of_a_message_names_each_recipients_state_and_why(staff):
    message = make_message()
    make_delivery(message=message, recipient=make_recipient("Ada"), state="read")
    ben = {"state": "cancelled", "reason": "kill_switch"}
    make_delivery(message=message, recipient=make_recipient("Ben"), **ben)
    unsure = make_delivery(message=message, recipient=make_recipient("Cleo"), state="uncertain")

    page = staff.get(f"/messages/{message.pk}/").content.decode()

    assert "pushes were paused" in page
    assert f"/deliveries/{unsure.pk}/resolve/" in page
    assert "sent 1, delivered 1, read 1, uncertain 1, cancelled 1" in page


def test_the_page_of_a_message_keeps_itself_fresh(staff):
    delivery = make_delivery()
    path = f"/live/messages/{delivery.message_id}/"
    html = staff.get(path).content.decode()
    version = html.partition(f'hx-get="{path}?v=')[2].partition('"')[0]

    assert staff.get(path, {"v": version}).status_code == 204
    delivery.reason = "no name"
    delivery.save()
    assert "no name" in staff.get(path, {"v": version}).content.decode()


def test_a_test_goes_to_whom_one_chooses_or_to_everybody(staff):
    anna, _ = make_recipient("Anna"), make_recipient("Ben")
    make_recipient("Gone", opted_out_at=NOON)
    pause(reason="news", by="carol", now=timezone.now())

    form = staff.get("/test-message/").content.decode()
    one = staff.post("/test-message/", {"recipient": anna.pk}, follow=True).content.decode()
    everybody = staff.post("/test-message/", {"recipient": ""}, follow=True).content.decode()

    assert "forexsignals test" in form
    assert "Gone" not in form
    assert "is on its way to Anna." in one
    assert "is on its way to Anna, Ben." in everybody
    assert Event.objects.filter(kind="delivery.test", actor="sam").count() == 2


def test_a_test_for_somebody_who_opted_out_is_refused(staff):
    gone = make_recipient(opted_out_at=NOON)
    make_recipient("Anna")

    page = staff.post("/test-message/", {"recipient": gone.pk}).content.decode()

    assert "Choose somebody who is active and opted in" in page
    assert not Message.objects.exists()


def test_without_anybody_to_test_with_the_page_says_so(staff):
    page = staff.get("/test-message/").content.decode()
    done = staff.post("/test-message/", follow=True).content.decode()

    assert "Nobody would get it" in page
    assert "Nobody to send to" in done
