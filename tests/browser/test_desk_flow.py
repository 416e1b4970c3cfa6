"""A viewer's and a staff member's day in a real browser, on real processes."""

import csv
import re

import pytest
from playwright.sync_api import expect

from tests.browser.places import VIEWER
from tests.browser.real_desk import real_desk
from tests.browser.themes import is_dark
from tests.builders import PASSWORD
from tests.processes import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.services]


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    with real_desk(tmp_path_factory.mktemp("var"), redis_db=10) as found:
        yield found


@pytest.fixture
def sign_in(window, desk):
    """The desk's first page, through its login."""

    def enter(name, path="/", **options):
        page = window(desk.url, **options)
        page.goto(path)
        page.get_by_label("User name").fill(name)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("aside").first).to_contain_text(name)
        page.wait_for_load_state()  # before its script is there a link opens a page, no dialog
        return page

    return enter


def test_a_viewer_watches_a_new_signal_arrive_on_two_pages(sign_in, desk):
    overview, signals = sign_in("vera"), sign_in("vera", "/signals/")
    for page in (overview, signals):
        page.evaluate("window.sameDocument = true")

    desk.decide("EURCHF")

    for page in (overview, signals):
        expect(page.locator("main")).to_contain_text("EURCHF")
        expect(page.get_by_text("SELL").first).to_be_visible()
        assert page.evaluate("window.sameDocument")
    expect(overview.get_by_role("link", name="Pause")).to_have_count(0)


def test_staff_push_it_once_more(sign_in, desk):
    page = sign_in("sam")
    before = len(desk.graph.journal)

    page.locator('[data-symbol="EURCHF"]').get_by_role("link", name="Push").click()
    page.get_by_role("dialog").get_by_role("button", name="Push to WhatsApp").click()

    expect(page.locator("main")).to_contain_text("on its way")
    wait_for(lambda: len(desk.graph.journal) > before, seconds=30, what="a second post")


def test_the_kill_switch_stops_what_comes_and_says_why(sign_in, desk):
    page = sign_in("sam")
    page.get_by_role("link", name="Pause").first.click()
    page.get_by_role("dialog").get_by_label("Reason").fill("Payrolls at 13:30")
    page.get_by_role("dialog").get_by_role("button", name="Pause pushes").click()
    expect(page.locator("#cards")).to_contain_text("Payrolls at 13:30")

    desk.decide("EURAUD")
    page.goto("/signals/?tab=blocked")
    expect(page.locator("table")).to_contain_text("EURAUD")
    assert not [text for text in desk.graph.texts if text.startswith("EURAUD")]

    page.goto("/")
    page.get_by_role("link", name="Resume").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Resume pushes").click()
    expect(page.locator("#desk-status")).to_have_text("Running")


def test_staff_edit_a_strategy_badly_then_well_and_go_back(sign_in):
    page = sign_in("sam", "/strategies/")
    page.get_by_role("link", name=re.compile("EMA")).first.click()
    page.get_by_role("link", name="Edit settings").click()

    page.get_by_label("Fast (bars)").fill("90")
    page.get_by_role("button", name="Review changes").click()
    expect(page.locator("#id_setting_fast_error")).to_contain_text("shorter than slow")
    page.get_by_label("Fast (bars)").fill("8")
    page.get_by_role("button", name="Review changes").click()
    page.get_by_role("button", name="Save as a new version").click()
    expect(page.locator("main").get_by_role("status")).to_contain_text("v2 of")

    page.get_by_role("link", name="Go back to v1").click()
    page.get_by_role("dialog").get_by_role("button", name="Go back to v1").click()
    expect(page.locator("main").get_by_role("status")).to_contain_text(
        re.compile("v3 of .* is current")
    )


def test_staff_make_a_key_that_works_until_it_is_revoked(sign_in):
    page = sign_in("sam", "/keys/")
    page.get_by_role("link", name="New key").click()
    form = page.get_by_role("dialog")
    form.get_by_label("Name").fill("Notebook")
    form.get_by_label("Read signals and statistics").check()
    form.get_by_role("button", name="Create key").click()
    header = {"Authorization": f"Api-Key {page.locator('#key-text').text_content()}"}
    assert page.request.get("/api/signals/recent", headers=header).status == 200

    page.goto("/keys/")
    page.get_by_role("link", name="Revoke Notebook").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke key").click()
    expect(page.locator("main")).to_contain_text("opens nothing any more")
    assert page.request.get("/api/signals/recent", headers=header).status == 401


def test_a_viewer_takes_the_signals_home_as_a_file(sign_in):
    page = sign_in("vera", "/signals/?tab=blocked")

    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("CSV")).click()

    rows = list(csv.DictReader(download.value.path().read_text().splitlines()))
    assert {row["status"] for row in rows} == {"blocked"}
    assert "EURAUD" in {row["symbol"] for row in rows}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_fits_a_phone_in_both_themes(sign_in, theme):
    page = sign_in("vera", width=360, color_scheme=theme)
    for path in VIEWER.values():
        if "{" in path:
            continue
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert is_dark(page) == (theme == "dark"), path
