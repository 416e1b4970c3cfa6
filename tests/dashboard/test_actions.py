"""What staff do from the pages, and viewers may not."""

import pytest
from django.urls import reverse

from delivery.models import Message
from delivery.pauses import current_pause, pause
from tests.builders import NOON, make_delivery, make_message, make_recipient, make_user

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
    make_delivery(message=make_message("signal:7"), recipient=make_recipient("Bea"), state="sent")

    asked = staff.get(reverse("push", args=[7])).content.decode()
    assert "EURUSD BUY @ 1.08523" in asked
    assert "Bea" in asked
    staff.post(reverse("push", args=[7]))

    repeat = Message.objects.get(key="signal:7:resend:1")
    assert repeat.text.startswith("REPEAT ")
    assert [delivery.recipient.name for delivery in repeat.deliveries.all()] == ["Bea"]


def test_a_flat_goes_again_only_to_those_who_got_it(staff):
    flat = make_message("signal:8", fields={"action": "FLAT"})
    make_delivery(message=flat, recipient=make_recipient("Bea"), state="sent")
    make_recipient("Cleo")

    staff.post("/push/8/")

    repeat = Message.objects.get(key="signal:8:resend:1")
    assert [delivery.recipient.name for delivery in repeat.deliveries.all()] == ["Bea"]


def test_a_push_under_the_kill_switch_is_refused_with_the_reason(staff):
    make_message("signal:7")
    make_recipient()
    pause(reason="News", by="sam", now=NOON)

    page = staff.post("/push/7/", follow=True).content.decode()

    assert "Pushes are stopped (News)" in page
    assert not Message.objects.filter(kind="manual").exists()


def test_a_push_of_a_signal_that_was_never_sent_is_404(staff):
    assert staff.get("/push/99/").status_code == 404


def test_a_viewer_sees_no_button_that_only_staff_may_press(client):
    client.force_login(make_user())

    html = client.get("/").content.decode()

    assert "/pause/" not in html
    assert "/push/" not in html
    assert "/admin/" not in html
