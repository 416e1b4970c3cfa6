"""WCAG 2.1 A and AA on every page, by axe-core (vendored, MPL-2.0, for these tests alone).

Each page is opened once and looked at in both themes; all that changes with the theme is colour.
"""

from pathlib import Path

import pytest

from tests.browser.places import ADMIN, DIALOGS, STAFF, STRANGER, VIEWER
from tests.browser.themes import is_dark
from tests.builders import make_user

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RUN = """
async (only) => {
  const found = await axe.run(document, {runOnly: only, resultTypes: ["violations"]});
  return found.violations.flatMap((rule) => rule.nodes.map(
    (node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
"""
ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
STILL = {"color_scheme": "light", "reduced_motion": "reduce"}


def violations(page):
    """What axe finds on the page, first in the light, then in the dark, a line for each place."""
    page.evaluate(AXE)
    assert not is_dark(page)
    found = page.evaluate(RUN, ALL)
    page.emulate_media(color_scheme="dark")
    if not is_dark(page):  # Admin chooses its theme, which is a class, as it opens
        page.evaluate("document.documentElement.classList.add('dark')")
    assert is_dark(page)
    found += [f"dark: {line}" for line in page.evaluate(RUN, COLOURS)]
    page.emulate_media(color_scheme="light")
    return found


@pytest.fixture
def check(open_page, subtests):
    """Open each of `places` as `user` and look."""

    def look(user, places, ids, *, width=1440):
        page = open_page(user, "/login/", width=width, **STILL)
        for name, path in places.items():
            with subtests.test(name, width=width):
                page.goto(path.format(**ids))
                assert violations(page) == []

    return look


def test_pages_of_viewers_on_a_phone(check, rich):
    check(make_user("vera", "viewer"), VIEWER, rich.ids, width=360)


def test_pages_of_staff_who_see_all_that_viewers_see(check, rich):
    check(make_user("sam", "staff"), VIEWER | STAFF, rich.ids)


def test_login_and_error_pages(open_page, check, faults):
    check(None, STRANGER, {})
    refused = open_page(make_user("vera", "viewer"), "/keys/", **STILL)

    assert violations(refused) == []
    faults[:] = [said for said in faults if "status of 40" not in said]  # they are errors


def test_dialogs(open_page, rich, subtests):
    page = open_page(make_user("sam", "staff"), **STILL)
    for name, link in DIALOGS.items():
        with subtests.test(name):
            page.goto("/")
            page.get_by_role("link", name=link).first.click()
            page.get_by_role("dialog").wait_for()
            assert violations(page) == []


def test_admin(check, rich):
    check(make_user("ada", "admin"), ADMIN, rich.ids)
