"""The Risk page in a real browser."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from delivery.pauses import current_pause
from risk.models import RiskSettings, RiskVersion
from risk.versions import ensure_settings, save_settings
from tests.builders import make_user
from tests.dashboard.test_risk_page import blocked, make_reading

pytestmark = pytest.mark.browser


@pytest.fixture
def guarded(transactional_db):
    """A desk of three symbols, one of them refused, with some signals blocked."""
    ensure_settings(by="seed", now=timezone.now())
    for code, atr in (("EURUSD", 0.02), ("GBPUSD", 0.08), ("USDJPY", 0.03)):
        make_reading(code, atr_pct=atr)
    for minutes in range(7):
        blocked("spread", minutes_ago=minutes)


def test_staff_stop_pushes_and_let_them_go_and_stay_on_the_page(open_page, guarded):
    page = open_page(make_user("sam", "staff"), "/risk/")

    page.get_by_role("link", name="Pause").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("News at 13:30")
    page.get_by_role("dialog").get_by_role("button", name="Pause pushes").click()
    expect(page.locator("#desk")).to_contain_text("News at 13:30")
    page.get_by_role("link", name="Resume").click()
    page.get_by_role("dialog").get_by_role("button", name="Resume pushes").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Risk")
    expect(page.locator("#history")).to_contain_text("News at 13:30")
    assert current_pause() is None


def test_a_guard_is_changed_after_a_bad_value_and_brought_back(open_page, guarded):
    page = open_page(make_user("sam", "staff"), "/risk/")
    page.get_by_role("link", name="Edit guards").click()
    atr = page.get_by_label("Max ATR (% of price)")

    atr.fill("-1")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_text("Must be at least 0.0001")).to_be_visible()
    atr.fill("0.1")
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.get_by_text("v2 of the risk settings is current")).to_be_visible()
    page.get_by_role("link", name="Go back").click()
    page.get_by_role("dialog").get_by_role("button", name="Go back to v1").click()

    expect(page.get_by_text("as in v1 again: v3 of the risk settings is current")).to_be_visible()
    assert RiskVersion.objects.latest().snapshot["guards"] == {}


def test_a_save_that_comes_too_late_is_shown_beside_what_was_saved(open_page, guarded, faults):
    page = open_page(make_user("sam", "staff"), "/risk/edit/")
    page.get_by_label("Max ATR (% of price)").fill("0.1")
    page.get_by_role("button", name="Review changes").click()

    off = RiskSettings(guards={"spread": {"enabled": False}})
    save_settings(off, by="ben", now=timezone.now())
    page.get_by_role("button", name="Save as a new version").click()

    said = page.get_by_role("alert")
    expect(said).to_contain_text("ben saved v2 while you edited v1")
    expect(said.get_by_role("row", name="Stop to spread")).to_contain_text("off")
    expect(said.get_by_role("row", name="Volatility")).to_contain_text("0.1")
    expect(page.get_by_label("Max ATR (% of price)")).to_have_value("0.1")
    faults[:] = [fault for fault in faults if "status of 409" not in fault]


def test_the_days_loss_is_reported_in_a_dialog(open_page, guarded):
    page = open_page(make_user("sam", "staff"), "/risk/")

    page.get_by_role("link", name="Report").click()
    page.get_by_role("dialog").get_by_label("Lost so far").fill("3")
    page.get_by_role("dialog").get_by_role("button", name="Report").click()

    expect(page.locator("#desk")).to_contain_text("The limit is reached")


def test_the_page_follows_what_others_do(open_page, guarded):
    page = open_page(make_user(), "/risk/")
    expect(page.locator("#desk")).to_contain_text("Pushes are on")

    make_reading("AUDUSD", atr_pct=0.2)

    first = page.locator("article[aria-labelledby=guard-volatility] li").first
    expect(first).to_contain_text("AUDUSD")
    expect(page.get_by_role("link", name="Pause")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_width_scrolls_sideways(open_page, guarded, width):
    page = open_page(make_user("sam", "staff"), "/risk/", width=width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.goto("/risk/edit/")
    assert page.evaluate("document.documentElement.scrollWidth") == width
