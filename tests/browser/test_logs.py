"""The Logs page in a real browser."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from audit.log import log_event
from tests.builders import make_symbol, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def logged(transactional_db):
    """Eighty events of the last hours."""
    make_symbol()
    now = timezone.now()
    for n in range(80):
        kind, text = ("signal.generated", "BUY") if n % 2 else ("signal.blocked", "SELL")
        at = now - timedelta(minutes=90 - n)
        log_event(kind, at=at, text=f"EURUSD {text} {n}", subject=f"signal:{n}", payload={"n": n})


def log_one(text="GBPUSD BUY just now"):
    return log_event("signal.generated", at=timezone.now(), text=text)


def test_a_new_event_appears_at_the_top_without_a_reload(open_page, logged):
    page = open_page(make_user(), "/logs/")
    page.evaluate("window.sameDocument = true")

    log_one()

    first = page.locator("#log li[id]").first
    expect(first).to_contain_text("GBPUSD BUY just now")
    assert page.evaluate("window.sameDocument")


def test_what_is_being_read_does_not_move(open_page, logged):
    page = open_page(make_user(), "/logs/")
    read = page.get_by_text("EURUSD BUY 41")
    read.scroll_into_view_if_needed()
    before = read.bounding_box()

    for n in range(3):
        log_one(f"GBPUSD BUY number {n}")

    expect(page.locator("#log")).to_contain_text("GBPUSD BUY number 2")
    assert read.bounding_box()["y"] == pytest.approx(before["y"], abs=1)
    page.get_by_role("button", name="3 new").click()
    expect(page.get_by_text("GBPUSD BUY number 2")).to_be_in_viewport()
    expect(page.get_by_role("button", name="new")).to_have_count(0)


def test_an_event_opens_as_a_dialog_and_stays_while_the_log_goes_on(open_page, logged):
    page = open_page(make_user(), "/logs/")

    page.get_by_role("link", name="Details: Signal, EURUSD BUY 79").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text('"n": 79')
    log_one()

    expect(page.locator("#log")).to_contain_text("GBPUSD BUY just now")
    expect(dialog).to_contain_text('"n": 79')
    dialog.get_by_role("link", name="Close").click()
    expect(dialog).to_have_count(0)


def test_the_log_is_narrowed_by_tab_symbol_and_words(open_page, logged):
    page = open_page(make_user(), "/logs/")

    page.get_by_role("link", name="Signals", exact=True).last.click()
    page.get_by_label("Symbol").select_option("EURUSD")
    page.get_by_label("Words").fill("sell 4")
    page.get_by_role("button", name="Search").click()

    expect(page.locator("#log li[id]")).to_have_count(6)  # 4, 40, 42, ... 48
    expect(page.get_by_label("Words")).to_have_value("sell 4")


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_width_scrolls_sideways(open_page, logged, width):
    page = open_page(make_user("sam", "staff"), "/logs/", width=width)

    expect(page.get_by_text("EURUSD BUY 79")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.parametrize("width", [360, 1440])
def test_a_long_event_fits_its_dialog(open_page, logged, width):
    why = "a reason that is much longer than a line of the dialog " * 4
    log_event("signal.blocked", at=timezone.now(), text=why, payload={"why": why})
    page = open_page(make_user(), "/logs/", width=width)

    page.get_by_role("link", name="Details: Signal blocked, a reason").click()
    expect(page.get_by_role("dialog")).to_contain_text("Details as recorded")

    box = page.locator("#dialog-body")
    assert box.evaluate("each => each.scrollWidth <= each.clientWidth")
