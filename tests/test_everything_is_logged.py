"""Whatever changes what the desk does is an event: which kind, by whom, and nobody's phone in it.

One row per way in. The pages and the API of strategies and risk are in
tests/dashboard/test_script_parity.py, what channels answer in tests/delivery.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core.management import call_command
from django.utils import timezone

from access.keys import change_key, create_key
from audit.models import Event
from audit.sealing import seal_pending
from audit.verify import first_fault
from dashboard.logs.kinds import KINDS
from dashboard.seed import ensure_admin, seed_desk
from dashboard.settings_log import note_settings
from delivery.alarms import raise_alarm
from delivery.channel_states import pause_channel, resume_channel
from delivery.consent import agree, withdraw
from delivery.erasure import forget_recipient
from delivery.reachability import disable, move_to_address
from delivery.recipient_edits import save_recipient
from delivery.recipients import pause_recipient
from delivery.resolving import resolve_arrived
from tests.builders import (
    NOON,
    PASSWORD,
    make_candles,
    make_delivery,
    make_recipient,
    make_signal,
    make_user,
)

pytestmark = pytest.mark.django_db

NAME, PHONE, OTHER_PHONE = "Zacharias Quill", "+447911123456", "+447911654321"
HOLIDAY = {"name": "Strike", "opens_at_0": "2026-12-02", "opens_at_1": "22:00"}
HOLIDAY |= {"closes_at_0": "2026-12-01", "closes_at_1": "22:00"}
SYMBOL = {"code": "AUDUSD", "digits": 5, "pip_size": "0.0001", "typical_spread_pips": "0.8"}
SYMBOL |= {"feed": "push", "is_enabled": "on"}
ACCOUNT = {"username": "newbie", "role": "viewer", "password1": PASSWORD, "password2": PASSWORD}


@dataclass
class Desk:
    """A desk with one of each, and Olga, an admin, at her browser."""

    olga: object
    signal: object
    recipient: object
    other: User

    @property
    def switch(self):
        return f"/strategies/{self.signal.config_id}/switch/"

    def post(self, url, **sent):
        answer = self.olga.post(url, sent)
        assert answer.status_code in (200, 302), answer.content

    def api(self, method, url, **sent):
        call = getattr(self.olga, method)
        answer = call(url, json.dumps(sent), content_type="application/json")
        assert answer.status_code < 300, answer.content


@pytest.fixture
def desk(client):
    signal = make_signal()
    recipient = make_recipient(NAME, address=PHONE, language="de")
    make_delivery(recipient=recipient, state="delivered")
    other = make_user("otto", "viewer")
    client.force_login(make_user("olga", "admin"))
    return Desk(client, signal, recipient, other)


def admin_of(user):
    return f"/admin/auth/user/{user.pk}/"


def try_to_log_in(desk, password):
    desk.olga.logout()
    desk.olga.post("/login/", {"username": "otto", "password": password})


def lock(username):
    return AccessAttempt.objects.create(
        username=username, ip_address="192.0.2.1", failures_since_start=9, attempt_time=NOON
    )


def rehearse(desk):
    start = datetime(2026, 11, 18, 10, 0, tzinfo=NOON.tzinfo)
    make_candles(desk.signal.symbol, start=start, closes=[1.1] * 310)
    call_command(
        "rehearse", symbol="EURUSD", start=start, end=start + timedelta(hours=5), feed="mock"
    )


def key_revoked(desk):
    key, _ = create_key(name="bot", scopes=["signals:read"], expires_at=None, by="olga", now=NOON)
    key.revoked = True
    change_key(key, by="olga", now=NOON)


def opted_in_again(desk):
    withdraw(desk.recipient, source="wrote STOP", at=NOON, now=NOON)
    agree(desk.recipient, source="wrote START", at=NOON + timedelta(1), now=NOON)


def renamed(desk):
    desk.recipient.name, desk.recipient.address = f"{NAME} Jr", OTHER_PHONE
    save_recipient(desk.recipient, by="olga", now=NOON)


def settled(desk):
    resolve_arrived(make_delivery(state="uncertain"), by="olga", now=NOON)


def channel_resumed(desk):
    pause_channel("whatsapp", code="190", reason="token", probe_after=None, now=NOON)
    resume_channel("whatsapp", by="olga", now=NOON)


@dataclass(frozen=True)
class Row:
    """Doing this is logged as that, by whom."""

    kind: str
    act: Callable[[Desk], object]
    actor: str = "olga"


SWITCH = "/api/admin/kill-switch"
ROWS = [
    Row("kill_switch.on", lambda desk: desk.post("/pause/", reason="news")),
    Row("kill_switch.on", lambda desk: desk.api("post", SWITCH, enabled=True, reason="news")),
    Row("risk.daily_loss", lambda desk: desk.post("/risk/loss/", amount="1.5")),
    Row("config.changed", lambda desk: desk.post(desk.switch, to="off", version=1)),
    Row("symbol.added", lambda desk: desk.post("/admin/markets/symbol/add/", **SYMBOL)),
    Row("symbol.changed", lambda desk: desk.api("patch", "/api/admin/symbols/EURUSD", digits=4)),
    Row("holiday.added", lambda desk: desk.post("/admin/markets/holiday/add/", **HOLIDAY)),
    Row("user.created", lambda desk: desk.post("/admin/auth/user/add/", **ACCOUNT)),
    Row(
        "user.changed",
        lambda desk: desk.post(
            f"{admin_of(desk.other)}change/", username="otto", role="staff", is_active="on"
        ),
    ),
    Row("user.deleted", lambda desk: desk.post(f"{admin_of(desk.other)}delete/", post="yes")),
    Row(
        "user.deleted",
        lambda desk: desk.post(
            "/admin/auth/user/",
            action="delete_selected",
            _selected_action=desk.other.pk,
            post="yes",
        ),
    ),
    Row(
        "password.changed",
        lambda desk: desk.post(
            f"{admin_of(desk.other)}password/", password1="n3w-word!", password2="n3w-word!"
        ),
    ),
    Row(
        "login.unlocked",
        lambda desk: desk.post(f"/admin/axes/accessattempt/{lock('otto').pk}/delete/", post="yes"),
    ),
    Row("login.ok", lambda desk: try_to_log_in(desk, PASSWORD), "otto"),
    Row("login.failed", lambda desk: try_to_log_in(desk, "wrong"), "anonymous"),
    Row("login.ended", lambda desk: desk.post("/logout/")),
    Row("key.revoked", key_revoked),
    Row("delivery.test", lambda desk: desk.post("/test-message/", recipient=desk.recipient.pk)),
    Row("delivery.arrived", settled),
    Row("channel.resumed", channel_resumed),
    Row(
        "alarm.raised",
        lambda desk: raise_alarm("feed:EURUSD", title="Feed dead", text="no candle", now=NOON),
        "desk",
    ),
    Row("callback.refused", lambda desk: desk.olga.post("/webhooks/telegram"), "anonymous"),
    Row("recipient.changed", renamed),
    Row("recipient.paused", lambda desk: pause_recipient(desk.recipient, by="olga", now=NOON)),
    Row("recipient.opted_in", opted_in_again, "recipient:{recipient}"),
    Row("recipient.disabled", lambda desk: disable(desk.recipient, "gone", now=NOON), "desk"),
    Row(
        "recipient.moved",
        lambda desk: move_to_address(desk.recipient, OTHER_PHONE, now=NOON),
        "desk",
    ),
    Row("recipient.erased", lambda desk: forget_recipient(desk.recipient, by="olga", now=NOON)),
    Row("rehearsal.begun", rehearse, "desk"),
    Row("settings.changed", lambda desk: note_settings(now=NOON), "desk"),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_it_is_an_event_with_who_did_it_and_nobodys_name_or_number(desk, row):
    last = Event.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    row.act(desk)

    made = Event.objects.filter(pk__gt=last)
    actor = row.actor.format(recipient=desk.recipient.pk)
    assert actor in {event.actor for event in made if event.kind == row.kind}
    told = json.dumps([[e.kind, e.actor, e.subject, e.text, e.payload] for e in made])
    assert not [private for private in (NAME, PHONE, OTHER_PHONE, PHONE[1:]) if private in told]
    assert {event.kind for event in made} <= KINDS.keys()


CHANGES = {"symbol.changed", "config.changed", "user.changed", "user.deleted"}


@pytest.mark.parametrize("row", [row for row in ROWS if row.kind in CHANGES], ids=lambda r: r.kind)
def test_a_change_tells_what_was_before_and_what_is_after(desk, row):
    row.act(desk)

    payload = Event.objects.filter(kind=row.kind).latest("pk").payload
    told = payload.get("role", payload)
    assert told["before"] != told["after"]


def test_what_the_first_start_makes_is_logged_too():
    ensure_admin("first", password=PASSWORD, now=NOON)
    seed_desk(now=NOON)

    kinds = set(Event.objects.filter(actor="seed").values_list("kind", flat=True))
    assert {"user.created", "symbol.added", "holiday.added", "config.changed"} <= kinds


def test_the_chain_holds_when_a_person_is_forgotten(desk):
    withdraw(desk.recipient, source="wrote STOP", at=NOON, now=NOON)
    seal_pending()

    forget_recipient(desk.recipient, by="olga", now=NOON)
    seal_pending()

    assert first_fault(now=timezone.now()) is None
    assert Event.objects.filter(subject=f"recipient:{desk.recipient.pk}").count() == 2


def test_an_environment_that_changed_is_told_without_its_secrets(settings):
    settings.SETTING_SOURCES = {"WHATSAPP_TOKEN": "file", "MESSAGE_RECEIPTS": "file"}
    settings.WHATSAPP_TOKEN = "EAAG-first-secret"
    note_settings(now=NOON)
    settings.WHATSAPP_TOKEN, settings.MESSAGE_RECEIPTS = "EAAG-second-secret", True

    changed, again = note_settings(now=NOON), note_settings(now=NOON)

    assert again is None
    assert changed.text == "Settings changed: MESSAGE_RECEIPTS, WHATSAPP_TOKEN"
    assert changed.payload["after"]["MESSAGE_RECEIPTS"] is True
    assert "secret" not in json.dumps(changed.payload)


def test_a_password_an_admin_sets_ends_what_the_old_one_opened(desk, client):
    desk.post(f"{admin_of(desk.other)}password/", password1="n3w-word!", password2="other")
    assert not Event.objects.filter(kind="password.changed").exists()

    desk.post(f"{admin_of(desk.other)}password/", password1="n3w-word!", password2="n3w-word!")

    event = Event.objects.get(kind="password.changed")
    assert (event.actor, event.subject) == ("olga", f"user:{desk.other.pk}")
