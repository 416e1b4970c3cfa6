"""Deciding about messages that may or may not have arrived, from the pages."""

from datetime import timedelta

import pytest

from audit.models import Event
from dashboard.overview.attention import attention
from dashboard.overview.cards import cards
from dashboard.overview.notices import notices
from delivery.alarms import raise_alarm
from delivery.channel_states import pause_channel
from delivery.models import Attempt, Delivery, Post, ProviderStatus
from delivery.pauses import pause
from tests.builders import NOON, make_delivery, make_recipient, make_tick, make_user

pytestmark = pytest.mark.django_db

LATER = NOON + timedelta(minutes=5)


def page_of(client, delivery):
    return client.get(f"/deliveries/{delivery.pk}/resolve/").content.decode()


def report_on(post):
    ProviderStatus.objects.create(
        channel=post.channel,
        provider_id=post.provider_id,
        status="delivered",
        at=LATER,
        post=post,
        received_at=LATER,
    )


def later_post(number):
    return Post.objects.create(channel="whatsapp", provider_id=f"wamid.{number}", created_at=LATER)


def test_the_page_shows_message_recipient_attempts_and_both_answers(staff):
    bea = make_recipient("Bea", address="+447911123456")
    delivery = make_delivery(recipient=bea, state="uncertain", reason="timeout: no answer")
    Attempt.objects.create(
        delivery=delivery,
        post=delivery.post,
        channel="whatsapp",
        at=NOON,
        outcome="unknown",
        code="timeout",
        detail="no answer within 8 s",
    )

    page = page_of(staff, delivery)

    for words in ("EURUSD BUY @ 1.08523", "Bea", "no answer within 8 s", "It arrived"):
        assert words in page
    assert "+447911123456" not in page


def test_the_page_weighs_what_the_provider_reported_since(staff):
    delivery = make_delivery(state="uncertain")
    assert "says nothing yet" in page_of(staff, delivery)

    posts = [later_post(number) for number in range(3)]
    assert "3 later messages have no report either" in page_of(staff, delivery)
    report_on(posts[0])
    report_on(posts[1])

    assert "2 later messages have a report, this one has none" in page_of(staff, delivery)


@pytest.mark.parametrize(
    ("outcome", "state", "told"),
    [("arrived", "sent", "counted as sent"), ("send_again", "pending", "on its way again")],
)
def test_a_button_settles_it_and_the_next_page_says_so(staff, outcome, state, told):
    delivery = make_delivery(state="uncertain")

    url = f"/deliveries/{delivery.pk}/resolve/"
    page = staff.post(url, {"outcome": outcome}, follow=True).content.decode()

    assert told in page
    assert Delivery.objects.get().state == state
    assert Event.objects.filter(subject=f"delivery:{delivery.pk}", actor="sam").exists()
    assert "no decision any more" in page_of(staff, delivery)


def test_a_post_without_a_button_or_too_late_changes_nothing(staff):
    delivery = make_delivery(state="uncertain")
    url = f"/deliveries/{delivery.pk}/resolve/"

    assert "Nothing was decided" in staff.post(url, follow=True).content.decode()
    staff.post(url, {"outcome": "arrived"})
    late = staff.post(url, {"outcome": "send_again"}, follow=True).content.decode()

    assert "it is sent now" in late
    assert Delivery.objects.get().state == "sent"


def test_the_kill_switch_refuses_to_send_again(staff):
    delivery = make_delivery(state="uncertain")
    pause(reason="news", by="carol", now=NOON)

    assert "refused while pushes are paused (news)" in page_of(staff, delivery)
    url = f"/deliveries/{delivery.pk}/resolve/"
    page = staff.post(url, {"outcome": "send_again"}, follow=True).content.decode()

    assert "Pushes are stopped (news)" in page
    assert Delivery.objects.get().state == "uncertain"


def test_what_shared_a_post_is_shown_and_settled_together(staff):
    first = make_delivery(state="uncertain")
    make_delivery(recipient=first.recipient, post=first.post, state="uncertain")

    assert "These 2 went out in one post" in page_of(staff, first)
    url = f"/deliveries/{first.pk}/resolve/"
    page = staff.post(url, {"outcome": "arrived"}, follow=True).content.decode()

    assert "2 messages: counted as sent" in page
    assert {delivery.state for delivery in Delivery.objects.all()} == {"sent"}


def test_the_list_holds_every_undecided_message_and_no_other(staff):
    wanted = [make_delivery(state="uncertain") for _ in range(2)]
    other = make_delivery(state="sent")

    page = staff.get("/deliveries/uncertain/").content.decode()

    assert all(f"/deliveries/{delivery.pk}/resolve/" in page for delivery in wanted)
    assert f"/deliveries/{other.pk}/resolve/" not in page


def test_one_undecided_message_leads_to_its_page_several_to_the_list():
    make_tick(at=NOON)
    first = make_delivery(state="uncertain", created_at=NOON - timedelta(days=3))

    (one,) = [n for n in notices(cards(now=NOON), attention()) if "1 message" in n.title]
    make_delivery(state="uncertain")
    (two,) = [n for n in notices(cards(now=NOON), attention()) if "2 messages" in n.title]

    assert one.act.url == f"/deliveries/{first.pk}/resolve/"
    assert two.act.url == "/deliveries/uncertain/"


def test_a_paused_channel_has_a_banner_with_why_since_when_and_what_next():
    pause_channel("whatsapp", code="190", reason="190: token", probe_after=None, now=NOON)
    pause_channel(
        "preview", code="circuit", reason="errors", probe_after=timedelta(minutes=5), now=NOON
    )

    banners = {n.title: n for n in notices(cards(now=NOON), attention())}

    stopped = banners["WhatsApp is paused since 12:00 UTC: 190: token"]
    assert "until staff resume it" in stopped.advice
    assert stopped.act.url == "/channels/whatsapp/resume/"
    probing = next(n for title, n in banners.items() if "errors" in title)
    assert "tries again at 12:05 UTC" in probing.advice


def test_an_open_alarm_is_shown_unless_its_matter_has_a_banner_already():
    raise_alarm("overdue", title="Messages wait", text="5 messages wait.", now=NOON)
    raise_alarm("feed:EURUSD", title="Feed dead", text="EURUSD: dead.", now=NOON)

    titles = [n.title for n in notices(cards(now=NOON), attention())]

    assert "5 messages wait." in titles
    assert "EURUSD: dead." not in titles


@pytest.mark.parametrize("state", ["failed", "expired"])
def test_what_went_wrong_today_leads_to_exactly_those_rows(client, state):
    client.force_login(make_user("ada", "admin"))
    make_delivery(state=state, recipient=make_recipient("Today"))
    make_delivery(state="sent", recipient=make_recipient("Fine"))
    old = make_recipient("Yesterday")
    make_delivery(state=state, recipient=old, created_at=NOON - timedelta(days=1))

    (banner,) = [n for n in notices(cards(now=NOON)) if "today" in n.title]
    page = client.get(banner.act.url).content.decode()

    assert banner.title == f"Not sent today: 1 {state}."
    assert "Today" in page
    assert "Yesterday" not in page
    assert "Fine" not in page


def test_staff_see_the_buttons_of_banners_and_viewers_do_not(client):
    make_delivery(state="uncertain")

    for role, sees in (("viewer", False), ("staff", True)):
        client.force_login(make_user(role, role))
        assert ("/resolve/" in client.get("/").content.decode()) is sees
