"""`make screenshots`: every page, in both themes, wide and on a phone.

Not collected with the tests: it judges nothing but faults in the console, people look at the
pictures in var/screenshots/.
"""

from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from risk.models import RiskSettings
from risk.versions import save_settings
from tests.browser.places import ADMIN, DIALOGS, STAFF, STRANGER, VIEWER
from tests.builders import make_delivery, make_message, make_recipient, make_user

pytestmark = pytest.mark.browser

FOLDER = Path(settings.BASE_DIR) / "var" / "screenshots"
SIZES = {"desktop": 1440, "phone": 390}


@pytest.fixture(params=[(size, theme) for size in SIZES for theme in ("light", "dark")])
def look(request):
    """One size and theme: the window's options, and where a picture goes."""
    size, theme = request.param
    still = {"color_scheme": theme, "reduced_motion": "reduce"}
    return {"width": SIZES[size], **still}, lambda name: FOLDER / f"{name}-{size}-{theme}.png"


def take(page, places, ids, file_of):
    """A picture of each place from top to bottom."""
    for name, path in places.items():
        page.goto(path.format(**ids))
        page.wait_for_timeout(300)  # a chart draws after the page
        page.screenshot(path=file_of(name), full_page=True)


def test_pages_of_viewers(open_page, rich, look):
    options, file_of = look
    take(open_page(make_user("vera"), **options), VIEWER, rich.ids, file_of)


def test_pages_of_staff(open_page, rich, look):
    options, file_of = look
    overview = {"overview-staff": "/", "strategy-staff": "/strategies/{config}/"}
    places = {**overview, **STAFF}
    take(open_page(make_user("sam", "staff"), **options), places, rich.ids, file_of)


def test_pages_of_admin(open_page, rich, look):
    options, file_of = look
    take(open_page(make_user("ada", "admin"), **options), ADMIN, rich.ids, file_of)


def test_login_and_error_pages(open_page, rich, look, faults):
    options, file_of = look
    take(open_page(None, **options), STRANGER, rich.ids, file_of)
    take(open_page(make_user("vera"), **options), {"forbidden": reverse("keys")}, {}, file_of)
    faults[:] = [said for said in faults if "status of 40" not in said]  # they are errors


def test_dialogs(open_page, rich, look):
    options, file_of = look
    page = open_page(make_user("sam", "staff"), **options)
    for name, link in DIALOGS.items():
        page.goto("/")
        page.get_by_role("link", name=link).first.click()
        page.get_by_role("dialog").wait_for()
        page.screenshot(path=file_of(f"dialog-{name}"))


def test_a_decision_before_and_after(open_page, rich, look):
    options, file_of = look
    page = open_page(make_user("sam", "staff"), **options)
    page.goto(reverse("resolve", args=[rich.uncertain]))
    page.screenshot(path=file_of("decision-1-before"), full_page=True)
    page.get_by_role("button", name="It arrived").click()
    page.get_by_text("counted as sent").wait_for()
    page.screenshot(path=file_of("decision-2-after"), full_page=True)


def test_a_save_that_came_too_late(open_page, rich, look, faults):
    options, file_of = look
    off = RiskSettings(guards={"spread": {"enabled": False}, "volatility": {"max_atr_pct": 0.1}})
    save_settings(off, by="ben", now=timezone.now())
    page = open_page(make_user("sam", "staff"), **options)
    for name in ("strategy-edit", "risk-edit"):
        page.goto(STAFF[name].format(**rich.ids))
        page.locator("input[name=version]").evaluate("field => { field.value = '1'; }")
        page.get_by_role("button", name="Review changes").click()
        page.get_by_text("Nothing of yours was saved").wait_for()
        page.screenshot(path=file_of(f"{name}-too-late"), full_page=True)
    faults[:] = [said for said in faults if "status of 409" not in said]


def test_a_desk_that_only_has_the_demo_phone(open_page, desk, look):
    options, file_of = look
    phone = make_recipient("Demo phone", channel="preview", address="demo")
    for symbol in desk:
        message = make_message(f"signal:{symbol.signals.latest('pk').pk}", title=symbol.code)
        make_delivery(message=message, recipient=phone, state="delivered")
    page = open_page(make_user("sam", "staff"), **options)
    page.screenshot(path=file_of("demo"), full_page=True)
