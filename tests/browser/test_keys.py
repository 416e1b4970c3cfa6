"""Keys in a real browser: made, copied, used, revoked."""

import re

import pytest
from playwright.sync_api import expect

from access.models import ApiKey
from access.tokens import RoleTokenSerializer
from tests.builders import make_key, make_signal, make_user

pytestmark = pytest.mark.browser


@pytest.fixture
def staff(transactional_db):
    return make_user("sam", "staff")


def fill_in(form):
    form.get_by_label("Name").fill("Notebook")
    form.get_by_label("Read signals and statistics").check()
    form.get_by_label("It works for").select_option("30 days")
    form.get_by_role("button", name="Create key").click()


def test_a_key_is_made_used_and_revoked(open_page, staff):
    make_signal()
    page = open_page(staff, "/keys/")

    page.get_by_role("link", name="New key").click()
    fill_in(page.get_by_role("dialog"))
    text = page.locator("#key-text").text_content()
    expect(page.locator("#key-call")).to_contain_text(text)
    header = {"Authorization": f"Api-Key {text}"}
    assert page.request.get("/api/signals/recent", headers=header).status == 200

    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Revoke Notebook").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke key").click()
    expect(page.locator("main")).to_contain_text("opens nothing any more")
    assert page.request.get("/api/signals/recent", headers=header).status == 401


def test_a_reload_shows_no_key_again(open_page, staff):
    page = open_page(staff, "/keys/new/")
    fill_in(page)
    text = page.locator("#key-text").text_content()

    page.reload()

    expect(page.locator("main")).to_contain_text("made already")
    assert text not in page.content()
    assert ApiKey.objects.count() == 1


def test_the_copy_button_copies_the_key(open_page, staff):
    page = open_page(staff, "/keys/new/", permissions=["clipboard-read", "clipboard-write"])
    fill_in(page)

    page.get_by_role("button", name="Copy").first.click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#key-text").text_content()


def test_a_form_without_a_scope_says_so_and_keeps_the_name(open_page, staff):
    page = open_page(staff, "/keys/")
    page.get_by_role("link", name="New key").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Notebook")

    page.get_by_role("dialog").get_by_role("button", name="Create key").click()

    expect(page.locator("main")).to_contain_text("Choose at least one thing")
    expect(page.get_by_label("Name")).to_have_value("Notebook")


def test_all_tokens_of_a_person_are_revoked_after_a_question(open_page, staff):
    bob = make_user("bob")
    for _ in range(2):
        RoleTokenSerializer.get_token(bob)
    page = open_page(staff, "/keys/")

    page.get_by_role("link", name="Revoke all of bob").click()
    page.get_by_role("dialog").get_by_role("button", name="Revoke").click()

    expect(page.locator("main")).to_contain_text("Refresh tokens of bob revoked: 2.")


def test_the_test_message_is_a_click_away(open_page, staff):
    page = open_page(staff, "/keys/")

    page.get_by_role("link", name="Test WhatsApp message").click()

    expect(page.get_by_role("dialog")).to_contain_text("Send a test message?")


def test_no_width_scrolls_sideways(open_page, staff):
    make_key("signals:read", "candles:write")
    RoleTokenSerializer.get_token(staff)
    for width in (360, 768, 1440):
        page = open_page(staff, "/keys/", width=width)
        assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_script_a_key_is_made_and_revoked(open_page, staff):
    page = open_page(staff, "/keys/", java_script_enabled=False)

    page.get_by_role("link", name="New key").click()
    fill_in(page)
    expect(page.locator("#key-text")).to_have_text(re.compile(r"^\w{8}\.\w{32}$"))
    page.get_by_role("link", name="I have copied it").click()
    page.get_by_role("link", name="Revoke Notebook").click()
    page.get_by_role("button", name="Revoke key").click()

    assert ApiKey.objects.get().revoked
