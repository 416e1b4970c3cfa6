"""The track record in a real browser."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Route, expect

from tests.builders import make_config, make_symbol, make_user
from tests.signals.past import make_past

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CHART = "[data-record] canvas"


@pytest.fixture
def configs(transactional_db):
    """Two symbols with a month of signals that ended."""
    made = [make_config(make_symbol(code, feed="push")) for code in ("EURUSD", "GBPUSD")]
    make_past(made, now=timezone.now())
    return made


def result_count(page):
    return page.locator("#record-figures dd").first


def test_filters_and_cuts_stand_in_the_address_and_the_chart_follows(open_page, configs):
    page = open_page(make_user(), "/track-record/")
    expect(page.locator(CHART).first).to_be_visible()
    expect(page.locator("[data-legend]")).to_contain_text("80 results so far")

    page.locator("#record-symbol").select_option("GBPUSD")
    expect(page.locator("[data-legend]")).to_contain_text("32 results so far")
    page.get_by_role("link", name="Weekday").click()

    expect(page.locator("#record-tables")).to_contain_text("Monday")
    expect(page).to_have_url(re.compile("symbol=GBPUSD.*cut=weekday"))
    expect(page.locator("#record-symbol")).to_have_value("GBPUSD")


def test_a_signal_that_ends_changes_figures_and_chart_and_nothing_jumps(open_page, configs):
    page = open_page(make_user(), "/track-record/")
    expect(page.locator("[data-legend]")).to_contain_text("80 results so far")
    page.locator("#terms summary").click()
    page.evaluate("window.sameDocument = true; scrollTo(0, 500)")

    make_past(configs[:1], now=timezone.now() + timedelta(hours=2), count=1)

    expect(result_count(page)).to_have_text("81")
    assert page.evaluate("[window.sameDocument, scrollY]") == [True, 500]
    expect(page.locator("#terms dd").first).to_be_visible()


def test_a_word_leads_to_what_it_means(open_page, configs):
    page = open_page(make_user(), "/track-record/")

    page.get_by_role("link", name="Profit factor").click()

    expect(page.locator("#terms dd", has_text="R won for each R lost")).to_be_in_viewport()


def test_the_curve_is_there_as_a_table_too(open_page, configs):
    page = open_page(make_user(), "/track-record/")

    page.get_by_text("The curve as a table").click()

    first = page.locator("[data-table] tbody tr").first
    expect(first).to_contain_text("80")
    expect(first.locator("td").nth(1)).to_contain_text(" R")


def test_without_script_ranges_filters_and_the_curve_work(open_page, configs):
    page = open_page(make_user(), "/track-record/", java_script_enabled=False)
    expect(page.get_by_role("img", name="Equity of 80 results")).to_be_visible()

    page.get_by_role("link", name="Last 7 days").click()
    page.locator("#record-symbol").select_option("EURUSD")
    page.get_by_role("button", name="Show").click()

    expect(page.locator("#figures-title")).to_have_text("Last 7 days")
    expect(page.locator("#record-figures")).to_contain_text("Not enough signals yet")
    expect(page.locator("#record-symbol")).to_have_value("EURUSD")


def test_dates_of_ones_own_are_asked_for_in_the_form(open_page, configs):
    page = open_page(make_user(), "/track-record/")
    page.get_by_role("link", name="Dates").click()

    page.locator("#record-since").fill("2020-01-01")
    page.locator("#record-until").fill("2020-01-31")
    page.get_by_role("button", name="Show").click()

    expect(page.locator("#figures-title")).to_have_text("2020-01-01 to 2020-01-31, UTC")
    expect(page.locator("#record-figures")).to_contain_text("No signal of this range")


def test_a_chart_answered_after_its_place_was_taken_is_not_drawn(open_page, configs):
    page = open_page(make_user(), "/signals/")
    held: list[Route] = []
    page.route("**/track-record/chart/", lambda route: held.append(route))
    page.goto("/track-record/")
    expect(page.locator("[data-record] canvas").first).to_be_attached()

    page.get_by_role("link", name="Dates").click()
    expect(page.get_by_role("button", name="Show")).to_be_visible()
    with page.expect_response("**/track-record/chart/"):
        held[0].continue_()
    page.evaluate("new Promise((drawn) => setTimeout(drawn, 500))")  # some frames

    # the fixture `faults` tells of a script that drew into nothing


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_scrolls_sideways(open_page, configs, width):
    page = open_page(make_user(), "/track-record/?cut=version", width=width)

    assert page.evaluate("document.documentElement.scrollWidth") <= width
