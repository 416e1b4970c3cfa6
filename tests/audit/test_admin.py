from datetime import UTC, datetime

import pytest

from audit.log import log_event
from audit.sealing import seal_pending
from tests.builders import make_user

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def plain_sidebar(settings):
    settings.UNFOLD = {}


@pytest.mark.parametrize("model", ["event", "seal"])
def test_an_admin_reads_the_log_and_cannot_touch_it(client, settings, model):
    event = log_event("test.event", at=AT, text="it <b>happened</b>")
    seal_pending()
    client.force_login(make_user("boss", "admin"))
    base, key = f"/{settings.ADMIN_PATH}audit/{model}/", {"event": event.pk, "seal": 1}[model]

    assert b"it &lt;b&gt;happened" in client.get(f"{base}?q=").content
    assert client.get(f"{base}{key}/change/").status_code == 200
    assert client.post(f"{base}{key}/change/", {"text": "x"}).status_code == 403
    assert client.post(f"{base}{key}/delete/", {"post": "yes"}).status_code == 403
    assert client.get(f"{base}add/").status_code == 403


def test_the_list_of_events_asks_few_questions(client, settings, django_assert_max_num_queries):
    for n in range(20):
        log_event("test.event", at=AT, text=f"event {n}")
    client.force_login(make_user("boss", "admin"))

    with django_assert_max_num_queries(10):
        client.get(f"/{settings.ADMIN_PATH}audit/event/")


def test_staff_do_not_find_the_log_in_the_admin(client, settings):
    client.force_login(make_user("anna", "staff"))

    assert client.get(f"/{settings.ADMIN_PATH}audit/event/").status_code == 403
