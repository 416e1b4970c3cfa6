"""Recipients in a real browser: the form, the file, the secret; under the admin's policy."""

import pytest
from playwright.sync_api import expect

from delivery.models import Recipient
from tests.builders import make_recipient, make_user

pytestmark = pytest.mark.browser

ROWS = (
    "channel,address,name,opted_in_at,opt_in_source\nwhatsapp,+447911123456,Anna,2026-05-03,form\n"
)


@pytest.fixture
def staff(transactional_db, desk):
    return make_user("carol", "staff")


def test_a_recipient_is_made_with_symbols_quiet_hours_and_consent(open_page, staff):
    page = open_page(staff, "/admin/delivery/recipient/add/")

    page.locator("#id_name").fill("Anna")
    page.locator("#id_address").fill("+44 7911 123456")
    page.locator("#id_wants_symbol").select_option("EURUSD", force=True)
    page.locator("#id_quiet_from").fill("22:00")
    page.locator("#id_quiet_until").fill("07:00")
    page.locator("#id_time_zone").select_option("Europe/London", force=True)
    page.locator("#id_opted_in_at_0").fill("2026-05-03")
    page.locator("#id_opted_in_at_1").fill("12:00")
    page.locator("#id_opt_in_source").fill("signed form")
    page.get_by_role("button", name="Save", exact=True).click()

    expect(page.locator("#result_list")).to_contain_text("22:00 to 07:00 Europe/London")
    assert Recipient.objects.get(name="Anna").wants == {"symbol": ["EURUSD"]}


def test_a_file_is_previewed_confirmed_and_exported_again(open_page, staff):
    page = open_page(staff, "/admin/delivery/recipient/")

    page.get_by_role("link", name="upload Import").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "people.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    )
    page.get_by_role("button", name="Look at it first").click()
    expect(page.locator(".import-preview-table")).to_contain_text("+447911123456")
    page.get_by_role("button", name="Import it").click()
    expect(page.locator("#result_list")).to_contain_text("Anna")
    page.get_by_role("link", name="Export", exact=False).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Submit").click()

    assert "'+447911123456" in download.value.path().read_text()


def test_the_secret_of_a_webhook_is_one_click_away_and_can_be_renewed(open_page, staff):
    hook = make_recipient("Hook", channel="webhook", address="https://example.org/hook")
    page = open_page(staff, f"/admin/delivery/recipient/{hook.pk}/change/")

    page.get_by_role("link", name="Signing secret").click()
    before = page.locator("code").text_content()
    page.get_by_role("button", name="Make a new secret").click()

    expect(page.locator("code")).not_to_have_text(before or "")
    expect(page.locator("#main")).to_contain_text("For 24 hours")
