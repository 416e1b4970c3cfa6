"""Two requests on their way at once: the answer that comes late spoils nothing."""

import pytest
from playwright.sync_api import Route, expect

from tests.backtests.stored import make_backtest
from tests.browser.conftest import await_held
from tests.builders import make_user

pytestmark = pytest.mark.browser
ROWS = "#backtest-list tbody tr"


def test_a_list_filtered_while_it_is_drawn_anew_shows_what_was_asked_for(
    open_page, transactional_db
):
    make_backtest("done")
    make_backtest("cancelled")
    page = open_page(make_user(), "/backtests/")
    held: list[Route] = []
    page.route("**/backtests/?state=done", lambda route: held.append(route))
    page.get_by_label("State").select_option("done")
    late = await_held(page, held)

    make_backtest("cancelled")
    with page.expect_response("**/backtests/list/*"):
        page.evaluate("htmx.trigger('#backtest-list', 'refresh')")
    late.continue_()

    expect(page.locator(ROWS)).to_have_count(1)


def test_a_link_clicked_twice_opens_one_form_and_leaves_it_alone(open_page, desk):
    page = open_page(make_user("sam", "staff"))
    held: list[Route] = []
    page.route("**/pause/", lambda route: held.append(route))
    page.get_by_role("link", name="Pause").dblclick()

    await_held(page, held).continue_()
    page.get_by_role("dialog").get_by_label("Reason").fill("News at 13:30")

    assert len(held) == 1
    expect(page.get_by_role("dialog").get_by_label("Reason")).to_have_value("News at 13:30")
