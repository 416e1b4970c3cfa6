"""The signals list in a real browser."""

import csv
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from signals.models import Signal
from signals.pages.listing import PAGE
from tests.builders import make_signal, make_symbol, make_user
from tests.signals.stored_signals import make_many

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROWS = "#signal-list tbody tr"


def top_of(page, row):
    return page.locator(f"#{row}").bounding_box()["y"]


def test_a_new_signal_appears_at_the_top_without_a_reload(open_page):
    make_signal(minutes_ago=5)
    page = open_page(make_user(), "/signals/")
    page.evaluate("window.sameDocument = true")
    expect(page.locator(ROWS)).to_have_count(1)

    come = make_signal(make_symbol("GBPUSD"), minutes_ago=1)

    expect(page.locator(ROWS)).to_have_count(2)
    expect(page.locator(ROWS).first).to_have_id(f"signal-{come.pk}")
    expect(page.locator("#tab-all .count")).to_have_text("2")
    assert page.evaluate("window.sameDocument")


def test_what_is_being_read_stays_in_place_while_rows_come_in_above(open_page):
    made = make_many(PAGE + 5)
    page = open_page(make_user(), "/signals/")
    page.evaluate("scrollTo(0, 600)")
    read = f"signal-{made[30]}"
    before = top_of(page, read)

    make_signal(minutes_ago=0)

    button = page.get_by_role("button", name="1 new")
    expect(button).to_be_visible()
    assert top_of(page, read) == pytest.approx(before, abs=1)
    button.click()
    expect(button).to_be_hidden()
    assert page.evaluate("scrollY") == 0


def test_a_row_changes_in_place_and_the_focus_stays_on_it(open_page):
    make_signal(make_symbol("GBPUSD"), minutes_ago=2)
    signal = make_signal(minutes_ago=5)
    page = open_page(make_user(), "/signals/")
    link = page.locator(f"#signal-{signal.pk} a").first
    link.focus()

    Signal.objects.exclude(pk=signal.pk).update(status="closed", ending="tp")

    expect(page.locator(ROWS).first).to_contain_text("TP hit")
    expect(link).to_be_focused()


def test_a_row_that_changed_while_it_had_the_focus_follows_when_it_is_left(open_page):
    other = make_signal(make_symbol("GBPUSD"), minutes_ago=2)
    signal = make_signal(minutes_ago=5)
    page = open_page(make_user(), "/signals/")
    page.locator(f"#signal-{signal.pk} a").first.focus()
    Signal.objects.update(status="closed", ending="tp")
    expect(page.locator(f"#signal-{other.pk}")).to_contain_text("TP hit")

    page.evaluate("document.activeElement.blur()")

    expect(page.locator(f"#signal-{signal.pk}")).to_contain_text("TP hit")


def test_filters_work_as_they_are_typed_and_stand_in_the_address(open_page, live_server):
    make_signal(minutes_ago=1)
    make_signal(make_symbol("USDJPY"), minutes_ago=2)
    page = open_page(make_user(), "/signals/")

    page.get_by_label("Search").press_sequentially("jpy")

    expect(page.locator(ROWS)).to_have_count(1)
    expect(page).to_have_url(f"{live_server.url}/signals/?q=jpy")
    expect(page.get_by_label("Search")).to_be_focused()
    page.get_by_role("link", name="Blocked").click()
    expect(page).to_have_url(f"{live_server.url}/signals/?tab=blocked&q=jpy")
    expect(page.get_by_label("Search")).to_have_value("jpy")
    page.get_by_label("Search").fill("nobody")
    expect(page.get_by_role("alert")).to_contain_text("Nothing is called “nobody”")


def test_the_way_back_leads_to_the_tab_before(open_page):
    make_signal(minutes_ago=1)
    page = open_page(make_user(), "/signals/")

    page.get_by_role("link", name="Blocked").click()
    expect(page.locator("#signal-list")).to_contain_text("No guard has blocked")
    page.go_back()

    expect(page.locator(ROWS)).to_have_count(1)
    page.get_by_role("button", name="Switch between light and dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_what_the_filters_show_comes_as_a_file(open_page):
    signal = make_signal(minutes_ago=1, price=Decimal("1.08523"))
    make_signal(make_symbol("GBPUSD"), minutes_ago=2)
    page = open_page(make_user(), "/signals/?symbol=EURUSD")

    with page.expect_download() as waiting:
        page.get_by_role("link", name="Export 1 row as CSV").click()

    with open(waiting.value.path()) as file:
        assert [row["id"] for row in csv.DictReader(file)] == [str(signal.pk)]
    assert waiting.value.suggested_filename.startswith("signals-")


def test_without_script_filters_tabs_and_pages_work(open_page):
    made = make_many(PAGE + 3)
    page = open_page(make_user(), "/signals/", java_script_enabled=False)

    page.get_by_label("Search").fill("eurusd")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name="Open", exact=False).first.click()
    page.get_by_role("link", name="Older").click()

    expect(page.locator(ROWS)).to_have_count(3)
    expect(page.locator(ROWS).last).to_have_id(f"signal-{made[-1]}")
    expect(page.get_by_label("Search")).to_have_value("eurusd")


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_scrolls_sideways(open_page, width):
    make_signal(minutes_ago=1)
    refused = [{"guard": "spread", "reason": "wide"}, {"guard": "volatility", "reason": "calm"}]
    make_signal(make_symbol("GBPUSD"), minutes_ago=2, status="blocked", refusals=refused)

    page = open_page(make_user(), "/signals/", width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_row_is_four_short_lines_on_a_phone_and_nothing_of_it_is_cut_off(open_page):
    make_signal(make_symbol("GBPUSD"), status="blocked", refusals=[{"guard": "volatility"}])
    make_signal(minutes_ago=5)
    page = open_page(make_user(), "/signals/", width=360)

    for row in page.locator(ROWS).all():
        assert row.bounding_box()["height"] <= 125
        assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
