"""`make screenshots`: every page about messages, in both themes, wide and on a phone.

Not collected with the tests: it judges nothing but faults in the console, people look at the
pictures in var/screenshots/.
"""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from delivery.alarms import raise_alarm
from delivery.channel_states import pause_channel
from delivery.models import Attempt, Delivery, Post, ProviderStatus
from tests.builders import make_delivery, make_message, make_recipient, make_signal, make_user

pytestmark = pytest.mark.browser

FOLDER = Path(settings.BASE_DIR) / "var" / "screenshots"
SIZES = {"desktop": 1440, "phone": 390}
NAMES = ("Anna", "Bea", "Carlos", "Dora", "Emil", "Farah", "Gus", "Hana")
STATES = ("read", "delivered", "sent", "uncertain", "failed", "expired", "cancelled", "pending")
WHY = {
    "uncertain": "timeout: no answer within 8 s after the request was written",
    "failed": "131026: message undeliverable",
    "expired": "too late to be of use",
    "cancelled": "kill_switch",
    "pending": "connect: no connection within 4 s",
}


@pytest.fixture
def troubled(desk) -> dict[str, int]:
    """A desk with a message in every state, a paused channel and an open alarm; ids for paths."""
    now = timezone.now()
    signal = make_signal(desk[0], minutes_ago=2)
    people = [make_recipient(name) for name in NAMES]
    first = _copies(signal, people, now=now)
    for symbol, states in ((desk[1], STATES[:3]), (desk[2], ("delivered", "read"))):
        other = make_message(f"signal:{symbol.signals.latest('pk').pk}", created_at=now)
        for person, state in zip(people, states, strict=False):
            make_delivery(message=other, recipient=person, state=state, created_at=now)
    unsure = Delivery.objects.get(state="uncertain")
    _attempt(unsure)
    _later_reports(now)
    reason = "190: Error validating access token: the session has expired."
    probe = timedelta(minutes=5)
    pause_channel("whatsapp", code="190", reason=reason, probe_after=probe, now=now)
    text = "5 messages are not being sent, due since 12:05 UTC. See that a worker runs."
    raise_alarm("overdue", title="Messages wait", text=text, now=now)
    over = make_signal(desk[1], minutes_ago=200, status="closed")
    make_message(over.message_key, created_at=over.issued_at)
    keys = {"signal": signal.pk, "over": over.pk, "message": first, "unsure": unsure.pk}
    return {**keys, "symbol": desk[0].pk}


PAGES = {
    "overview": "/",
    "message": "/messages/{message}/",
    "uncertain-list": "/deliveries/uncertain/",
    "resolve": "/deliveries/{unsure}/resolve/",
    "resume-channel": "/channels/whatsapp/resume/",
    "push": "/push/{signal}/",
    "push-over": "/push/{over}/",
    "test-message": "/test-message/",
    "admin-home": "/admin/",
    "admin-signals": "/admin/signals/signal/",
    "admin-signal": "/admin/signals/signal/{signal}/change/",
    "admin-deliveries": "/admin/delivery/delivery/",
    "admin-delivery": "/admin/delivery/delivery/{unsure}/change/",
    "admin-channels": "/admin/delivery/channelstate/",
    "admin-recipients": "/admin/delivery/recipient/",
}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_every_page(open_page, troubled, size, theme):
    page = open_page(make_user("sam", "admin"), width=SIZES[size], color_scheme=theme)
    for name, path in PAGES.items():
        page.goto(path.format(**troubled))
        page.screenshot(path=_file(name, size, theme), full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_a_decision_before_and_after(open_page, troubled, size, theme):
    page = open_page(make_user("sam", "staff"), width=SIZES[size], color_scheme=theme)

    page.goto(PAGES["resolve"].format(**troubled))
    page.screenshot(path=_file("decision-1-before", size, theme), full_page=True)
    page.get_by_role("button", name="It arrived").click()
    page.get_by_text("counted as sent").wait_for()
    page.screenshot(path=_file("decision-2-after", size, theme), full_page=True)
    page.goto("/")
    page.screenshot(path=_file("decision-3-overview", size, theme), full_page=True)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_the_dialogs(open_page, troubled, size, theme):
    still = {"color_scheme": theme, "reduced_motion": "reduce"}
    page = open_page(make_user("sam", "staff"), width=SIZES[size], **still)
    for name in ("Resend last signal", "Test WhatsApp", "Resume"):
        page.goto("/")
        page.get_by_role("link", name=name).first.click()
        page.get_by_role("dialog").wait_for()
        dialog = f"dialog-{name.split()[0].lower()}"
        page.screenshot(path=_file(dialog, size, theme))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_pictures_of_a_desk_that_only_has_the_demo_phone(open_page, desk, size, theme):
    phone = make_recipient("Demo phone", channel="preview", address="demo")
    for symbol in desk:
        message = make_message(f"signal:{symbol.signals.latest('pk').pk}", title=symbol.code)
        make_delivery(message=message, recipient=phone, state="delivered")
    page = open_page(make_user("sam", "staff"), width=SIZES[size], color_scheme=theme)
    page.screenshot(path=_file("demo", size, theme), full_page=True)


def _file(name: str, size: str, theme: str) -> str:
    return str(FOLDER / f"{name}-{size}-{theme}.png")


def _copies(signal, people, *, now) -> int:
    """The id of the signal's message, one copy in each state."""
    text = "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi"
    times = {"created_at": now, "deliver_by": now + timedelta(minutes=5)}
    message = make_message(signal.message_key, text=text, **times)
    posted = now - timedelta(seconds=50)
    for person, state in zip(people, STATES, strict=True):
        values = {"reason": WHY.get(state, ""), "created_at": now}
        if state in ("read", "delivered", "sent", "uncertain", "failed"):
            values |= {"sending_at": posted, "sent_at": posted}
        make_delivery(message=message, recipient=person, state=state, **values)
    return message.pk


def _attempt(delivery: Delivery) -> None:
    Attempt.objects.create(
        delivery=delivery,
        post=delivery.post,
        channel="whatsapp",
        at=delivery.sending_at + timedelta(seconds=8),
        outcome="unknown",
        code="timeout",
        detail="no answer within 8 s after the request was written",
    )


def _later_reports(now) -> None:
    """Fourteen messages since, all reported on."""
    for number in range(14):
        provider_id = f"wamid.{number}"
        post = Post.objects.create(channel="whatsapp", provider_id=provider_id, created_at=now)
        facts = {"status": "delivered", "at": now, "received_at": now}
        ProviderStatus.objects.create(
            channel="whatsapp", provider_id=provider_id, post=post, **facts
        )
