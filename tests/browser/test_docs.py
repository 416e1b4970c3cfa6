"""Docs in a real browser."""

import pytest
from playwright.sync_api import expect

from tests.builders import make_signal, make_user

pytestmark = pytest.mark.browser


def test_the_contents_lead_to_a_section_below_the_header(open_page, transactional_db):
    page = open_page(make_user(), "/docs/")

    page.get_by_role("link", name="Outgoing webhooks").click()

    heading = page.get_by_role("heading", name="Outgoing webhooks")
    expect(heading).to_be_in_viewport()
    header = page.locator("header").bounding_box()
    assert heading.bounding_box()["y"] >= header["y"] + header["height"]


def test_an_example_unfolds_and_is_copied_word_for_word(open_page, transactional_db):
    granted = ["clipboard-read", "clipboard-write"]
    page = open_page(make_user(), "/docs/", permissions=granted)
    example = page.locator("details", has=page.locator("#example-latest-py"))

    example.get_by_text("Python").click()
    example.get_by_role("button", name="Copy").click()
    expect(example.get_by_role("button", name="Copied")).to_be_visible()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator("#example-latest-py").text_content()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_width_scrolls_sideways(open_page, transactional_db, width):
    make_signal()
    page = open_page(make_user(), "/docs/", width=width)

    expect(page.get_by_role("heading", name="Authentication")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_without_script_everything_can_be_read(open_page, transactional_db):
    page = open_page(make_user(), "/docs/", java_script_enabled=False)

    page.locator("details", has=page.locator("#example-recent-py")).get_by_text("Python").click()

    expect(page.locator("#example-recent-py")).to_be_visible()
    expect(page.get_by_role("button", name="Copy")).to_have_count(0)
