"""The Overview in a real browser."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from delivery.channel_states import pause_channel
from delivery.models import Delivery, Message
from delivery.pauses import current_pause
from tests.builders import (
    PASSWORD,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
    make_user,
)

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("name", "role"), [("vera", "viewer"), ("sam", "staff")])
def test_a_person_signs_in_and_sees_the_desk(open_page, desk, name, role):
    make_user(name, role)
    page = open_page(None)

    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Overview")
    expect(page.locator("aside")).to_contain_text(role)


def test_three_symbols_show_price_action_and_an_age_that_counts(open_page, desk):
    page = open_page(make_user())

    rows = page.locator("#symbols tbody tr")
    expect(rows).to_have_count(3)
    for row in rows.all():
        expect(row).to_contain_text(re.compile(r"\d+\.\d{5}.*BUY", re.DOTALL))
        expect(row).to_contain_text("DEMO")
    age = rows.first.locator("time[data-age]")
    before = age.text_content()
    expect(age).not_to_have_text(before or "")


def test_a_new_signal_appears_without_a_reload(open_page, desk):
    page = open_page(make_user())
    page.evaluate("window.sameDocument = true")
    row = page.locator('[data-symbol="GBPUSD"]')
    expect(row).to_contain_text("BUY")

    make_signal(desk[1], minutes_ago=0, action="SELL", price="1.27", sl="1.28", tp="1.26")

    expect(row).to_contain_text("SELL")
    assert page.evaluate("window.sameDocument")


def test_the_kill_switch_goes_on_with_a_reason_and_off_again(open_page, desk):
    page = open_page(make_user("sam", "staff"))

    page.get_by_role("link", name="Pause").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Reason").fill("News at 13:30")
    dialog.get_by_role("button", name="Pause pushes").click()
    expect(page.locator("#cards")).to_contain_text("News at 13:30")
    assert current_pause() is not None

    page.get_by_role("link", name="Resume").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume pushes").click()
    expect(page.locator("#desk-status")).to_have_text("Running")
    assert current_pause() is None


def test_staff_push_a_signal_again_after_a_question(open_page, desk):
    signal = make_signal(desk[0], minutes_ago=0)
    message = make_message(signal.message_key, text="EURUSD BUY @ 1.08523")
    make_delivery(message=message, recipient=make_recipient("Bea"), state="sent")
    page = open_page(make_user("sam", "staff"))

    page.locator('[data-symbol="EURUSD"]').get_by_role("link", name="Push").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("EURUSD BUY @ 1.08523")
    dialog.get_by_role("button", name="Push to WhatsApp").click()

    expect(page.locator("main")).to_contain_text("on its way to Bea")


REDRAW = """
new Promise((done) => {
  const isIt = ({ detail: { target } }) => target.id === "symbols";
  document.addEventListener("htmx:afterRequest", (event) => isIt(event) && done());
  htmx.trigger("#symbols", "refresh");
})
"""
CLICK_WHEN_REDRAWN = """
document.addEventListener("htmx:afterSwap", ({ target }) => {
  const link = target.querySelector?.("#push-EURUSD");
  if (link) setTimeout(() => link.click());
})
"""


def test_a_link_opens_its_dialog_as_soon_as_its_row_is_redrawn(open_page, desk):
    page = open_page(make_user("sam", "staff"))
    page.evaluate(CLICK_WHEN_REDRAWN)

    make_signal(desk[2], minutes_ago=0)
    page.evaluate(REDRAW)

    expect(page.get_by_role("dialog")).to_contain_text("Push EURUSD BUY")


def test_a_click_counts_though_its_row_was_to_be_redrawn_under_it(open_page, desk):
    page = open_page(make_user("sam", "staff"))
    page.get_by_role("link", name="Push EURUSD").hover()
    page.mouse.down()

    make_signal(desk[2], minutes_ago=0, action="SELL", price="1.27", sl="1.28", tp="1.26")
    page.evaluate(REDRAW)
    page.mouse.up()

    expect(page.get_by_role("dialog")).to_contain_text("Push EURUSD BUY")
    expect(page.locator('[data-symbol="USDJPY"]')).to_contain_text("SELL")


def test_staff_send_a_signal_that_is_over_only_after_a_tick(open_page, desk):
    make_delivery(recipient=make_recipient("Bea"), state="sent")
    for symbol in desk:
        symbol.signals.update(status="closed")
        make_message(f"signal:{symbol.signals.latest('pk').pk}")
    page = open_page(make_user("sam", "staff"))

    page.get_by_role("link", name="Resend last signal to WhatsApp").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Push to WhatsApp").click()
    expect(page.get_by_role("alert")).to_contain_text("Tick this")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Push to WhatsApp").click()

    expect(page.locator("main")).to_contain_text("on its way to Bea")
    assert Message.objects.get(kind="manual").text.startswith("REPEAT ")


def test_staff_test_a_phone_and_see_what_came_of_it_without_a_reload(open_page, desk):
    make_recipient("Bea")
    page = open_page(make_user("sam", "staff"))

    page.get_by_role("link", name="Test WhatsApp message").click()
    page.get_by_role("dialog").get_by_label("To").select_option("Bea (whatsapp)")
    page.get_by_role("dialog").get_by_role("button", name="Send test message").click()
    copy = page.locator("#message li")
    expect(copy).to_contain_text("Bea")
    Delivery.objects.update(state="failed", reason="190: the token has expired")

    expect(copy).to_contain_text("190: the token has expired")


def test_an_uncertain_message_is_settled_from_its_banner(open_page, desk):
    make_delivery(recipient=make_recipient("Bea"), state="uncertain")
    page = open_page(make_user("sam", "staff"))

    page.get_by_role("link", name="Decide").click()
    page.get_by_role("button", name="It arrived").click()
    expect(page.locator("main")).to_contain_text("counted as sent")
    page.get_by_role("link", name="Back to the Overview").click()

    expect(page.locator("#cards")).not_to_contain_text("may or may not have arrived")


def test_a_paused_channel_is_resumed_from_its_banner(open_page, desk):
    now = timezone.now()
    pause_channel("whatsapp", code="190", reason="190: token", probe_after=None, now=now)
    page = open_page(make_user("sam", "staff"))

    page.locator("#cards").get_by_role("link", name="Resume").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume WhatsApp").click()

    expect(page.locator("main")).to_contain_text("WhatsApp sends again")


def test_a_viewer_has_no_staff_buttons_and_is_refused(open_page, desk):
    page = open_page(make_user())

    expect(page.get_by_role("link", name=re.compile("Pause|Push|Resend|Test|Admin"))).to_have_count(
        0
    )
    token = page.evaluate("JSON.parse(document.body.getAttribute('hx-headers'))['X-CSRFToken']")
    for path in ("/pause/", "/resume/", "/push/1/", "/test-message/", "/deliveries/1/resolve/"):
        answer = page.request.post(path, form={"reason": "x", "csrfmiddlewaretoken": token})
        assert answer.status == 403
    assert current_pause() is None


@pytest.mark.parametrize("width", [360, 390, 768, 1024, 1440])
def test_no_width_scrolls_sideways(open_page, desk, width):
    page = open_page(make_user("sam", "staff"), width=width)

    expect(page.locator("#symbols tbody tr")).to_have_count(3)
    assert page.evaluate("document.documentElement.scrollWidth") == width


BEYOND_THE_TABLE = """
(links) => {  // in one look: a refresh may replace the table between two
  const edge = document.querySelector("#symbols").getBoundingClientRect().right;
  return links.map((link) => link.getBoundingClientRect().right - edge);
}
"""


@pytest.mark.parametrize("width", [1100, 1280, 1408, 1440, 1600])
@pytest.mark.parametrize("channel", ["whatsapp", "preview"])  # without and with the demo phone
def test_no_column_of_the_table_is_cut_off(open_page, desk, width, channel):
    recipient = make_recipient(channel=channel)
    for symbol in desk:
        signal = make_signal(symbol, strategy="donchian_atr", minutes_ago=75)
        symbol.signals.exclude(pk=signal.pk).delete()
        make_delivery(
            message=make_message(signal.message_key), recipient=recipient, state="uncertain"
        )

    page = open_page(make_user("sam", "staff"), width=width)

    buttons = page.get_by_role("link", name=re.compile("^Push "))
    expect(buttons).to_have_count(len(desk))
    assert max(buttons.evaluate_all(BEYOND_THE_TABLE)) <= 0


def test_an_update_moves_nothing_and_keeps_the_focus(open_page, desk):
    page = open_page(make_user("sam", "staff"))
    page.get_by_role("link", name="Push EURUSD").focus()
    table = page.locator("#symbols").bounding_box()

    make_signal(desk[2], minutes_ago=0)
    expect(page.locator('[data-symbol="USDJPY"] time[data-age]')).to_have_text(
        re.compile(r"^(\d+ s|1 min \d\d s)$")
    )

    assert page.locator("#symbols").bounding_box() == table
    expect(page.get_by_role("link", name="Push EURUSD")).to_be_focused()


def test_the_theme_switches_and_stays(open_page, desk):
    page = open_page(make_user(), color_scheme="light")

    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_without_script_everything_is_there_and_the_kill_switch_works(open_page, desk):
    page = open_page(make_user("sam", "staff"), java_script_enabled=False)

    expect(page.locator("#symbols tbody tr")).to_have_count(3)
    page.get_by_role("link", name="Pause").click()
    page.get_by_label("Reason").fill("Script is off")
    page.get_by_role("button", name="Pause pushes").click()

    expect(page.locator("#cards")).to_contain_text("Script is off")


@pytest.mark.parametrize(
    "path",
    [
        "/admin/",
        "/admin/signals/signal/",
        "/admin/auth/user/add/",
        "/admin/delivery/recipient/add/",
        "/admin/risk/risksettings/",
    ],
)
def test_the_admin_opens_in_its_theme_without_a_fault(open_page, desk, path):
    page = open_page(make_user("ada", "admin"), path)

    expect(page.locator("#nav-sidebar-apps")).to_contain_text("Trade rules")
