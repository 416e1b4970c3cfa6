"""The Signal page in a real browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from audit.log import log_event
from delivery.models import Delivery
from signals.models import Position, Signal
from tests.builders import (
    make_candles,
    make_delivery,
    make_message,
    make_recipient,
    make_signal,
    make_user,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def signal(desk):
    """A live signal with four hours of bars around it, a position and a message."""
    made = make_signal(desk[0], minutes_ago=30)
    make_candles(
        made.symbol,
        start=made.bar_time - timedelta(hours=7),
        closes=[1.085 + n % 11 * 0.0001 for n in range(360)],
    )
    track = made.config.tracks.create(run=made.run, feed="mock", starts_after=made.bar_time)
    Position.objects.create(
        signal=made, track=track, state="open", stop=made.sl,
        entry_at=made.bar_closed_at, entry_price=made.price,
    )  # fmt: skip
    make_delivery(message=make_message(made.message_key), recipient=make_recipient("Bea"))
    return made


def drawn(page):
    """The chart once its numbers are there."""
    expect(page.locator("[data-legend]")).to_contain_text("Fast EMA")
    return page.locator("[data-canvas]")


INK = """
(canvases) => Math.max(...canvases.filter((each) => each.width && each.height).map((each) => {
  const image = each.getContext("2d").getImageData(0, 0, each.width, each.height);
  return new Set(new Uint32Array(image.data.buffer)).size;
}))
"""


def ink(page):
    """How many different colours the chart's fullest canvas holds: a blank one holds one."""
    return page.locator("[data-canvas] canvas").evaluate_all(INK)


def test_the_chart_draws_bars_indicators_and_levels(open_page, signal):
    page = open_page(make_user(), f"/signals/{signal.pk}/")

    expect(drawn(page)).to_have_attribute("aria-label", re.compile("stop loss 1.08323"))
    assert ink(page) > 10
    expect(page.get_by_role("link", name="Charts by TradingView")).to_be_visible()


def test_the_chart_follows_the_theme(open_page, signal):
    page = open_page(make_user(), f"/signals/{signal.pk}/", color_scheme="light")
    chart = drawn(page)
    light = chart.screenshot()

    page.get_by_role("button", name="Switch between light and dark").click()
    page.wait_for_function("() => document.documentElement.dataset.theme === 'dark'")

    assert chart.screenshot() != light


def test_a_closed_bar_reaches_the_chart_and_the_view_stays(open_page, signal):
    page = open_page(make_user(), f"/signals/{signal.pk}/")
    drawn(page)
    room = page.locator("[data-canvas]").bounding_box()

    make_candles(signal.symbol, start=timezone.now() + timedelta(minutes=1), closes=[1.0999])
    page.evaluate(
        "document.dispatchEvent(new CustomEvent('desk:event', {detail: {kind: 'health'}}))"
    )

    expect(page.locator("[data-legend]")).to_contain_text("C 1.09990")
    assert page.locator("[data-canvas]").bounding_box() == room


def test_the_bars_can_be_read_as_a_table(open_page, signal):
    page = open_page(make_user(), f"/signals/{signal.pk}/")
    drawn(page)

    page.get_by_text("The bars as a table").click()

    table = page.locator("[data-table] table")
    expect(table.get_by_role("columnheader")).to_have_count(9)
    expect(table).to_contain_text("BUY")


def test_status_and_messages_change_without_a_reload(open_page, signal):
    page = open_page(make_user(), f"/signals/{signal.pk}/")
    page.evaluate("window.sameDocument = true")
    expect(page.locator("#signal-status")).to_contain_text("Open")

    Delivery.objects.update(state="cancelled", reason="over")
    now = timezone.now()
    result = {"pips": 20.0, "r_multiple": 1.0, "exit_price": signal.tp, "closed_at": now}
    Position.objects.update(state="closed", reason="tp", **result)
    Signal.objects.filter(pk=signal.pk).update(status="closed", ending="tp")
    log_event("signal.closed", at=now, subject=f"signal:{signal.pk}", text="It is over")

    expect(page.locator("#signal-status")).to_contain_text("+20.0 pips, +1.00 R")
    expect(page.locator("#signal-sent")).to_contain_text("cancelled")
    expect(page.locator("#signal-log")).to_contain_text("It is over")
    assert page.evaluate("window.sameDocument")


def test_staff_send_it_again_from_its_page(open_page, signal):
    page = open_page(make_user("sam", "staff"), f"/signals/{signal.pk}/")

    page.get_by_role("link", name="Push again").click()

    expect(page.get_by_role("dialog")).to_contain_text("EURUSD BUY @ 1.08523")


def test_the_text_is_copied_with_one_click(open_page, signal):
    page = open_page(
        make_user(), f"/signals/{signal.pk}/", permissions=["clipboard-read", "clipboard-write"]
    )

    page.get_by_role("button", name="Copy").first.click()

    copied = "EURUSD BUY @ 1.08523 | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi"
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == copied


def test_without_script_the_server_has_drawn_the_chart(open_page, signal):
    page = open_page(make_user(), f"/signals/{signal.pk}/", java_script_enabled=False)

    expect(page.get_by_role("img", name=re.compile("Candles of EURUSD"))).to_be_visible()
    expect(page.locator(".sketch path.level")).to_have_count(3)


@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_no_width_scrolls_sideways(open_page, signal, width):
    page = open_page(make_user("sam", "staff"), f"/signals/{signal.pk}/", width=width)
    drawn(page)

    assert page.evaluate("document.documentElement.scrollWidth") == width
