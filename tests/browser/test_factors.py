"""Second factors in a real browser, with the authenticator Chromium itself brings for tests."""

import re

import pytest
from playwright.sync_api import expect

from access.factors.reading import factors_of
from tests.builders import APP_SECRET, PASSWORD, app_code, make_app, make_user

pytestmark = pytest.mark.browser
HOME = re.compile(r":\d+/$")
PHONE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}

KEEP_WHETHER_IT_IS_SUBMITTED = """
addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sessionStorage.submitted = "yes";
})
"""


@pytest.fixture
def page(window, live_server, transactional_db):
    """A window at the login page, under a name: browsers have no passkeys at a number."""
    page = window(live_server.url)
    page.goto("/login/")
    return page


@pytest.fixture
def phone(page):
    """The session that commands the authenticator, and its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": PHONE})
    return session, added["authenticatorId"]


def sign_in(page, name="anna"):
    page.get_by_label("User name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def sign_out(page):
    page.goto("about:blank")  # or a part of the page asks once more, and is refused
    page.context.clear_cookies()
    page.goto("/login/")


def make_passkey(page):
    page.goto("/profile/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("#codes li")).to_have_count(10)


def test_a_passkey_is_added_and_signs_in_alone_and_after_the_password(page, phone):
    anna = make_user()
    sign_in(page)
    make_passkey(page)
    assert factors_of(anna).passkeys[0].name == "My phone"

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page).to_have_url(HOME)

    sign_out(page)
    sign_in(page)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(HOME)
    assert factors_of(anna).passkeys[0].last_used_at is not None


def test_a_form_with_a_new_passkey_leaves_the_page_as_every_form_does(page, phone):
    make_user()
    sign_in(page)
    page.goto("/profile/passkeys/")
    page.evaluate(KEEP_WHETHER_IT_IS_SUBMITTED)

    page.get_by_label("Name").fill("My phone")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.locator("#codes li")).to_have_count(10)

    assert page.evaluate("sessionStorage.submitted") == "yes"  # so desk.js stops asking


def test_a_phone_that_does_not_know_its_owner_signs_nobody_in(page, phone):
    make_user()
    sign_in(page)
    make_passkey(page)
    sign_out(page)
    session, phone_id = phone
    session.send("WebAuthn.setUserVerified", {"authenticatorId": phone_id, "isUserVerified": False})

    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.get_by_role("alert")).to_contain_text("No passkey was given")


def test_a_removed_passkey_is_refused_in_words(page, phone):
    anna = make_user()
    sign_in(page)
    make_passkey(page)
    page.goto("/profile/")
    page.get_by_role("link", name="Remove My phone").click()
    page.get_by_role("button", name="Remove").click()
    expect(page.locator("main")).to_contain_text("My phone is removed")
    assert not factors_of(anna)

    sign_out(page)
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator("main")).to_contain_text("The passkey was not accepted")


def test_an_app_is_added_by_its_secret_and_asked_for_at_the_next_login(page):
    make_user()
    sign_in(page)
    page.goto("/profile/app/")
    expect(page.get_by_alt_text("QR code")).to_be_visible()
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code the app shows now").fill(app_code(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator("#codes li")).to_have_count(10)
    code = page.locator("#codes li").first.inner_text()

    sign_out(page)
    sign_in(page)
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_url(HOME)


def test_without_script_the_code_works_as_well(window, live_server, transactional_db):
    make_app(make_user())
    page = window(live_server.url, java_script_enabled=False)
    page.goto("/login/")
    sign_in(page)
    expect(page.get_by_role("button", name="passkey")).to_have_count(0)
    page.get_by_label("Code").fill(app_code(APP_SECRET))
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page).to_have_url(HOME)


def test_who_must_add_a_factor_is_left_in_peace_while_adding_it(page, settings):
    settings.REQUIRE_MFA = True
    make_user("anna", "staff")
    sign_in(page)
    expect(page.get_by_role("alert")).to_contain_text("asks a second factor of everybody")
    page.get_by_role("link", name="Add an authenticator app").click()

    expect(page.locator("script[src*='live.js']")).to_have_count(0)  # it would ask, and be refused
    secret = page.locator("#secret").inner_text()
    page.get_by_label("Code the app shows now").fill(app_code(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.locator("#codes li")).to_have_count(10)
