"""What somebody reads who asked for what is not there, not theirs, or broken."""

import pytest
from django.contrib.auth.models import User
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs

from tests.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def whole_desk(settings):
    settings.ROOT_URLCONF = "forexsignals.urls"


def text(answer, status):
    assert answer.status_code == status
    page = answer.content.decode()
    assert page.count("<h1") == page.count("<main") == 1
    assert " · forexsignals</title>" in page
    return page


def test_a_viewer_learns_which_role_a_page_needs_and_may_sign_out(client):
    client.force_login(make_user())

    page = text(client.get("/keys/"), 403)

    assert "This needs the role staff. You are signed in as anna, a viewer." in page
    assert 'action="/logout/"' in page


def test_the_admin_says_the_same_to_a_viewer(client):
    client.force_login(make_user())

    assert "This needs the role staff" in text(client.get("/admin/", follow=True), 403)


def test_somebody_without_a_role_is_not_sent_round_in_circles(client):
    client.force_login(User.objects.create_user("eve", password=PASSWORD))

    page = text(client.get("/"), 403)

    assert "have no role on this desk yet" in page
    assert "Open the Overview" not in page
    assert "Sign out" in page


def test_an_old_form_says_that_nothing_was_changed_and_leads_back(client):
    strict = type(client)(enforce_csrf_checks=True)

    page = text(strict.post("/login/", {"username": "anna", "password": PASSWORD}), 403)

    assert "Nothing was changed" in page
    assert '<a class="btn btn-sm btn-primary" href="/login/">' in page
    assert PASSWORD not in page


def test_a_page_that_is_not_there_leads_to_those_that_are(client):
    page = text(client.get("/nowhere/"), 404)

    assert 'href="/"' in page
    assert 'href="/signals/"' in page


def test_a_page_that_breaks_names_the_request_as_the_log_does(client, settings):
    settings.ROOT_URLCONF = "tests.access.desk_urls"

    with capture_logs(processors=[merge_contextvars]) as logged:
        page = text(client.get("/breaks"), 500)

    failed = next(line for line in logged if line["event"] == "request_failed")
    assert f"request {failed['request_id']}" in page
    assert "ZeroDivisionError" not in page
