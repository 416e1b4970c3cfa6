"""WCAG 2.1 A and AA on every page, by axe-core (vendored, MPL-2.0, for these tests alone)."""

from pathlib import Path

import pytest

from tests.browser.places import ADMIN, DIALOGS, STAFF, STRANGER, VIEWER
from tests.builders import make_user

pytestmark = pytest.mark.browser
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RUN = """
async () => {
  const levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"];
  const found = await axe.run(document, {runOnly: levels, resultTypes: ["violations"]});
  return found.violations.flatMap((rule) => rule.nodes.map(
    (node) => `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
"""
in_both_themes = pytest.mark.parametrize("theme", ["light", "dark"])


def violations(page):
    """What axe finds on the page as it stands, a line for each place."""
    page.evaluate(AXE)
    return page.evaluate(RUN)


@pytest.fixture
def check(open_page, subtests):
    """Open each of `places` as `role` and look."""

    def look(role, places, ids, *, theme, width=1440):
        user = make_user("sam", role) if role else None
        still = {"color_scheme": theme, "reduced_motion": "reduce"}
        page = open_page(user, "/login/", width=width, **still)
        for name, path in places.items():
            with subtests.test(name):
                page.goto(path.format(**ids))
                assert violations(page) == []

    return look


@in_both_themes
@pytest.mark.parametrize(("role", "width"), [("viewer", 1440), ("viewer", 360), ("staff", 1440)])
def test_pages_of_viewers(check, rich, role, width, theme):
    check(role, VIEWER, rich.ids, theme=theme, width=width)


@in_both_themes
def test_pages_of_staff(check, rich, theme):
    check("staff", STAFF, rich.ids, theme=theme)


@in_both_themes
def test_login_and_error_pages(open_page, check, rich, theme, faults):
    check(None, STRANGER, {}, theme=theme)
    refused = open_page(make_user("vera", "viewer"), "/keys/", color_scheme=theme)

    assert violations(refused) == []
    faults[:] = [said for said in faults if "status of 40" not in said]  # they are errors


@in_both_themes
def test_dialogs(open_page, rich, subtests, theme):
    still = {"color_scheme": theme, "reduced_motion": "reduce"}
    page = open_page(make_user("sam", "staff"), **still)
    for name, link in DIALOGS.items():
        with subtests.test(name):
            page.goto("/")
            page.get_by_role("link", name=link).first.click()
            page.get_by_role("dialog").wait_for()
            assert violations(page) == []


@in_both_themes
def test_admin(check, rich, theme):
    check("admin", ADMIN, rich.ids, theme=theme)
