"""Profile, login and error pages in a real browser."""

import re

import pytest
from playwright.sync_api import Route, expect

from access.models import Profile
from access.tokens import RoleTokenSerializer
from tests.builders import PASSWORD, make_user

pytestmark = pytest.mark.browser


def test_a_zone_is_found_by_its_city_and_every_clock_follows(open_page, desk):
    page = open_page(make_user(), "/profile/", timezone_id="Europe/Berlin")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-zone", "Europe/Berlin")

    page.get_by_label("Time zone").fill("new york")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("html")).to_have_attribute("data-zone", "America/New_York")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("data-zone", "America/New_York")


def test_the_themes_switch_is_kept_for_the_next_browser(open_page, transactional_db):
    anna = make_user()
    page = open_page(anna, "/profile/", color_scheme="light")

    with page.expect_response("**/theme/"):
        page.get_by_role("button", name="Switch between light and dark").click()

    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert Profile.objects.get(user=anna).theme == "dark"
    other = open_page(None, "/login/", color_scheme="light")
    other.get_by_label("User name").fill("anna")
    other.get_by_label("Password").fill(PASSWORD)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")


def test_a_wrong_password_is_told_and_a_right_one_changed(open_page, transactional_db):
    page = open_page(make_user(), "/profile/")
    for wrong, told in (("guess", "not your present password"), (PASSWORD, "is changed")):
        page.get_by_label("Present password").fill(wrong)
        page.get_by_label("New password", exact=True).fill("a-better-word-7")
        page.get_by_label("New password again").fill("a-better-word-7")
        page.get_by_role("button", name="Change password").click()
        expect(page.locator("main")).to_contain_text(told)


def test_a_part_refreshed_while_the_password_changes_does_not_lead_to_the_login(
    open_page, transactional_db
):
    page = open_page(make_user(), "/profile/")
    asked: list[Route] = []
    page.route("**/live/desk-status/**", lambda route: asked.append(route))
    page.route("**/profile/password/", lambda route: answer_part_first(route, asked))
    page.evaluate("htmx.trigger('#desk-status', 'refresh')")
    page.wait_for_function("() => document.querySelector('#desk-status.htmx-request')")

    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("a-better-word-7")
    page.get_by_label("New password again").fill("a-better-word-7")
    page.get_by_role("button", name="Change password").click()

    expect(page.locator("main")).to_contain_text("is changed")


def answer_part_first(change: Route, asked: list[Route]) -> None:
    """Let the part that was asked for with the former session have its answer, then the form."""
    for route in asked:
        route.fulfill(status=401, headers={"HX-Redirect": "/login/?next=/profile/"})
    change.continue_()


def test_who_stays_on_the_page_after_a_form_still_opens_what_they_click(
    open_page, transactional_db
):
    anna = make_user()
    RoleTokenSerializer.get_token(anna)
    page = open_page(anna, "/profile/")
    page.route("**/profile/password/", lambda route: route.fulfill(status=204))
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill("a-better-word-7")
    page.get_by_label("New password again").fill("a-better-word-7")
    with page.expect_request("**/profile/password/"):
        page.get_by_role("button", name="Change password").click()

    page.get_by_role("link", name=re.compile("^Revoke the token")).click()

    expect(page.get_by_role("dialog")).to_contain_text("Revoke", timeout=5000)


def test_an_own_token_is_revoked_after_a_question(open_page, transactional_db):
    anna = make_user()
    RoleTokenSerializer.get_token(anna)
    page = open_page(anna, "/profile/")

    page.get_by_role("link", name=re.compile("^Revoke the token")).click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()

    expect(page.locator("main")).to_contain_text("The token is revoked")


def test_a_wrong_login_says_so_and_a_right_one_opens_what_was_asked_for(open_page, desk):
    make_user()
    page = open_page(None, "/docs/")
    for password in ("wrong", PASSWORD):
        page.get_by_label("User name").fill("anna")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        if password == "wrong":
            expect(page.get_by_role("alert")).to_contain_text("do not match")

    expect(page).to_have_url(re.compile("/docs/$"))


@pytest.mark.parametrize("path", ["/profile/", "/login/", "/nowhere/", "/keys/"])
def test_no_page_scrolls_sideways_on_a_phone(open_page, transactional_db, faults, path):
    page = open_page(None if path == "/login/" else make_user(), path, width=360)
    faults[:] = [fault for fault in faults if "status of 40" not in fault]

    expect(page.locator("h1")).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_without_script_a_zone_is_chosen_as_well(open_page, transactional_db):
    page = open_page(make_user(), "/profile/", java_script_enabled=False)

    page.get_by_label("Time zone").fill("Asia/Tokyo")
    page.get_by_role("button", name="Save").click()

    expect(page.locator("html")).to_have_attribute("data-zone", "Asia/Tokyo")
