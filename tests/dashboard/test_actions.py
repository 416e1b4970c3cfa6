"""What staff do from the pages, and viewers may not."""

import pytest

from audit.models import Event
from delivery.channel_states import pause_channel
from delivery.models import ChannelState, Message
from delivery.pauses import current_pause, pause
from tests.builders import NOON, make_delivery, make_message, make_user

pytestmark = pytest.mark.django_db

URLS = [
    "/pause/",
    "/resume/",
    "/channels/whatsapp/resume/",
    "/push/1/",
    "/push/last/",
    "/test-message/",
    "/messages/1/",
    "/live/messages/1/",
    "/deliveries/uncertain/",
    "/deliveries/1/resolve/",
]
READ_ONLY = {"/push/last/", "/messages/1/", "/live/messages/1/", "/deliveries/uncertain/"}


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_viewer_is_refused(client, url, method):
    client.force_login(make_user())
    make_message("signal:1")

    answer = getattr(client, method)(url, {"reason": "because"})

    assert answer.status_code == (405 if method == "post" and url in READ_ONLY else 403)
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


def test_a_paused_channel_shows_why_and_is_resumed(staff):
    reason = "190: the token has expired"
    pause_channel("whatsapp", code="190", reason=reason, probe_after=None, now=NOON)
    make_delivery()

    asked = staff.get("/channels/whatsapp/resume/").content.decode()
    done = staff.post("/channels/whatsapp/resume/", follow=True).content.decode()

    assert "190: the token has expired" in asked
    assert "until somebody resumes it" in asked
    assert "WhatsApp sends again" in done
    assert ChannelState.objects.get().paused_at is None
    assert Event.objects.filter(kind="channel.resumed", actor="sam").exists()


def test_a_channel_that_is_not_paused_any_more_is_left_alone(staff):
    asked = staff.get("/channels/whatsapp/resume/").content.decode()
    done = staff.post("/channels/whatsapp/resume/", follow=True).content.decode()

    assert "WhatsApp is not paused" in asked
    assert "was not paused any more" in done
    assert staff.get("/channels/pigeon/resume/").status_code == 404


@pytest.mark.parametrize("referer", ["http://[", "//evil.example/x", "http://testserver//evil/"])
def test_what_is_no_page_of_the_desk_leads_back_to_the_overview(staff, referer):
    answer = staff.post("/resume/", headers={"Referer": referer})

    assert (answer.status_code, answer.url) == (302, "/")


def test_a_viewer_sees_no_button_that_only_staff_may_press(client):
    client.force_login(make_user())

    html = client.get("/").content.decode()

    assert "/pause/" not in html
    assert "/push/" not in html
    assert "/test-message/" not in html
    assert "/admin/" not in html
