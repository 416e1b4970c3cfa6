"""The strategies pages in a real browser."""

import pytest
from playwright.sync_api import expect

from signals.models import Track
from strategies.models import StrategyConfig
from strategies.versions import save_config
from tests.builders import NOON, make_config, make_symbol, make_user
from tests.dashboard.read_bars import FAST_BELOW, hold, read_bar

pytestmark = pytest.mark.browser


@pytest.fixture
def config(transactional_db) -> StrategyConfig:
    """ema_rsi on EURUSD at v3, with a read bar, beside two other strategies."""
    config = make_config()
    for code, slug in (("GBPUSD", "donchian_atr"), ("USDJPY", "meanrev_bb")):
        hold(read_bar(make_config(make_symbol(code), slug)))
    for fast in (10, 9):
        config.parameters["fast"] = fast
        save_config(config, by="ruth", now=NOON)
    read_bar(config)
    return config


def test_the_reason_follows_the_bars_and_what_was_opened_stays_open(open_page, config):
    page = open_page(make_user(), "/strategies/")
    rules = page.locator(f"#why-{config.pk}")
    rules.locator("summary").click()
    expect(rules).to_contain_text("RSI 14 above 50 56.20")

    track = Track.objects.get(config=config)
    Track.objects.filter(pk=track.pk).update(
        reading={**track.reading, "now": FAST_BELOW, "before": FAST_BELOW}
    )
    page.evaluate("htmx.trigger('#strategies', 'refresh')")

    expect(rules).to_contain_text("RSI 14 above 50 44.10")
    expect(page.locator("#strategies")).to_contain_text("Missing for SELL: EMA 9 crosses below")


def test_staff_edit_with_a_bad_value_then_a_good_one_and_go_back(open_page, config):
    page = open_page(make_user("sam", "staff"), f"/strategies/{config.pk}/")

    page.get_by_role("link", name="Edit settings").click()
    page.get_by_label("Size shown (lots)").fill("0.25")
    page.get_by_label("Fast (bars)").fill("30")
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator("#id_setting_fast_error")).to_contain_text("shorter than slow")
    expect(page.get_by_label("Size shown (lots)")).to_have_value("0.25")
    page.get_by_label("Fast (bars)").fill("8")
    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_role("row", name="Fast")).to_contain_text("9 bars")
    page.get_by_role("button", name="Save as a new version").click()
    said = page.locator("main").get_by_role("status")
    expect(said).to_contain_text("v4 of EMA cross with RSI gate on EURUSD, M1 is current")

    page.get_by_role("link", name="Go back to v1").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("row", name="Fast")).to_contain_text("12 bars")
    dialog.get_by_role("button", name="Go back to v1").click()
    expect(said).to_contain_text("v5 of EMA cross with RSI gate on EURUSD, M1 is current")
    assert StrategyConfig.objects.get(pk=config.pk).parameters["fast"] == 12


def test_a_save_that_came_too_late_is_reviewed_against_the_newer_version(open_page, config, faults):
    page = open_page(make_user("sam", "staff"), f"/strategies/{config.pk}/edit/")
    page.get_by_label("Fast (bars)").fill("8")
    page.get_by_role("button", name="Review changes").click()

    config.expiry_bars = 60
    save_config(config, by="ruth", now=NOON)
    page.get_by_role("button", name="Save as a new version").click()
    said = page.get_by_role("alert")
    expect(said).to_contain_text("ruth saved v4 while you edited v3")
    expect(said.get_by_role("row", name="Fast")).to_contain_text("8 bars")

    page.get_by_role("button", name="Review changes").click()
    expect(page.get_by_role("row", name="Idea expires after")).to_contain_text("60 bars")
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.locator("main").get_by_role("status")).to_contain_text(
        "v5 of EMA cross with RSI gate on EURUSD, M1"
    )
    faults[:] = [fault for fault in faults if "status of 409" not in fault]


def test_a_config_is_switched_off_in_a_dialog(open_page, config):
    page = open_page(make_user("sam", "staff"), f"/strategies/{config.pk}/")

    page.get_by_role("link", name="Switch off").click()
    page.get_by_role("dialog").get_by_role("button", name="Switch off").click()

    expect(page.locator("main")).to_contain_text("Switched off: it opens nothing new.")
    expect(page.get_by_role("link", name="Switch on")).to_be_visible()


def test_without_script_a_version_is_saved_all_the_same(open_page, config):
    page = open_page(
        make_user("sam", "staff"), f"/strategies/{config.pk}/edit/", java_script_enabled=False
    )

    page.get_by_label("Mode").select_option("shadow")
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("button", name="Save as a new version").click()

    expect(page.locator("main").get_by_role("status")).to_contain_text("mode live -> shadow")


@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
@pytest.mark.parametrize("path", ["", "{0}/", "{0}/edit/", "{0}/versions/2/"])
def test_no_width_scrolls_sideways(open_page, config, width, path):
    path = f"/strategies/{path.format(config.pk)}"
    page = open_page(make_user("sam", "staff"), path, width=width)

    assert page.evaluate("document.documentElement.scrollWidth") == width
