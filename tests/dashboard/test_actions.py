"""What staff do from the pages, and viewers may not."""

import pytest
from django.urls import reverse

from audit.models import Event
from delivery.models import Message
from delivery.pauses import current_pause, pause
from tests.builders import (
    NOON,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
    make_user,
)

pytestmark = pytest.mark.django_db

URLS = ["/pause/", "/resume/", "/push/1/"]


@pytest.fixture
def staff(client):
    client.force_login(make_user("sam", "staff"))
    return client


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_viewer_is_refused(client, url, method):
    client.force_login(make_user())
    make_message("signal:1")

    answer = getattr(client, method)(url, {"reason": "because"})

    assert answer.status_code == 403
    assert current_pause() is None
    assert Message.objects.count() == 1


@pytest.mark.parametrize("url", ["/", *URLS])
def test_a_stranger_is_sent_to_the_login(client, url):
    assert client.get(url).url == f"/login/?next={url}"


def test_pausing_asks_for_a_reason_and_stops_pushes(staff):
    asked = staff.post("/pause/", {"reason": " "})
    assert "Write why" in asked.content.decode()
    assert current_pause() is None

    done = staff.post("/pause/", {"reason": "News at 13:30"}, follow=True)

    started = current_pause()
    assert started is not None
    assert (started.reason, started.started_by) == ("News at 13:30", "sam")
    assert "Pushes are paused: News at 13:30" in done.content.decode()


def test_resuming_lets_pushes_go_again(staff):
    pause(reason="News", by="anna", now=NOON)
    assert "News" in staff.get("/resume/").content.decode()

    staff.post("/resume/")

    assert current_pause() is None


def test_a_dialog_is_the_form_without_the_page(staff):
    html = staff.get("/pause/", headers={"HX-Request": "true"}).content.decode()

    assert html.lstrip().startswith("<form")


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


def test_a_viewer_sees_no_button_that_only_staff_may_press(client):
    client.force_login(make_user())

    html = client.get("/").content.decode()

    assert "/pause/" not in html
    assert "/push/" not in html
    assert "/admin/" not in html
