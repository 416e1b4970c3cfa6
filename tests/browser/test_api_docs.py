"""The API's own page, tried out in a real browser under the page's strict policy."""

import re

import pytest
from playwright.sync_api import Page, expect

from delivery.models import Pause
from tests.builders import make_key, make_signal, make_user

pytestmark = pytest.mark.browser


def try_out(page: Page, operation: str) -> None:
    """Unfold `operation` and make its form ready."""
    block = page.locator(f"[id$='{operation}']")
    block.locator(".opblock-summary").click()
    block.get_by_role("button", name="Try it out").click()


def answered(page: Page, operation: str) -> str:
    """Send it; the status that came back."""
    block = page.locator(f"[id$='{operation}']")
    block.get_by_role("button", name="Execute").click()
    status = block.locator(".live-responses-table .response-col_status").last
    expect(status).to_have_text(re.compile(r"\d{3}"))
    return status.inner_text().strip()[:3]


def test_a_viewer_tries_a_read_with_the_session(open_page, transactional_db):
    signal = make_signal()
    page = open_page(make_user(), "/api/docs")

    try_out(page, "latest_signal")
    page.get_by_placeholder("symbol").first.fill(signal.symbol.code)

    assert answered(page, "latest_signal") == "200"


def test_staff_write_with_the_session_and_its_token(open_page, transactional_db):
    page = open_page(make_user("sam", "staff"), "/api/docs")

    try_out(page, "set_kill_switch")
    page.locator("[id$='set_kill_switch'] textarea.body-param__text").fill(
        '{"enabled": true, "reason": "tried out"}'
    )

    assert answered(page, "set_kill_switch") == "200"
    assert Pause.objects.get().started_by == "sam"


def test_a_key_typed_into_authorize_is_who_asks(open_page, transactional_db):
    key, text = make_key("signals:read", "signals:write")
    page = open_page(make_user(), "/api/docs")

    page.get_by_role("button", name="Authorize").first.click()
    page.locator("#api_key_value").first.fill(text)
    page.locator(".auth-btn-wrapper button.authorize").first.click()
    page.get_by_role("button", name="Close").first.click()
    try_out(page, "set_kill_switch")
    page.locator("[id$='set_kill_switch'] textarea.body-param__text").fill(
        '{"enabled": true, "reason": "by key"}'
    )

    assert answered(page, "set_kill_switch") == "200"
    assert Pause.objects.get().started_by == f"key:{key.prefix}"
