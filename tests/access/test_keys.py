from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError

from access.keys import change_key, create_key, touch_key
from access.models import ApiKey
from audit.models import Event
from tests.builders import make_key, make_user

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_a_key_is_stored_as_a_hash_and_its_making_is_logged_without_it():
    key, text = create_key(
        name="laptop", scopes=["signals:read"], expires_at=None, by="boss", now=NOW
    )

    assert text not in str(ApiKey.objects.values())
    event = Event.objects.get(kind="key.created")
    assert (event.actor, event.subject) == ("boss", f"key:{key.prefix}")
    assert text.partition(".")[2] not in str(event.payload)


@pytest.mark.parametrize("scopes", [[], ["signals:red"], ["signals:read", "*"]])
def test_a_key_needs_scopes_that_exist(scopes):
    with pytest.raises(ValidationError, match="scope"):
        create_key(name="laptop", scopes=scopes, expires_at=None, by="boss", now=NOW)


def test_revoking_is_logged_and_cannot_be_undone():
    key, _ = make_key("signals:read")
    key.revoked = True
    change_key(key, by="boss", now=NOW)

    again = ApiKey.objects.get(pk=key.pk)
    again.revoked = False
    with pytest.raises(ValidationError):
        change_key(again, by="boss", now=NOW)
    assert Event.objects.get(kind="key.revoked").payload["before"]["revoked"] is False


def test_the_last_use_is_written_once_a_minute(django_assert_num_queries):
    key, _ = make_key("signals:read")
    touch_key(key, now=NOW)
    key.refresh_from_db()

    with django_assert_num_queries(0):
        touch_key(key, now=NOW.replace(second=59))
    with django_assert_num_queries(1):
        touch_key(key, now=NOW.replace(minute=31))


@pytest.fixture
def with_admin(settings):
    settings.ROOT_URLCONF = "forexsignals.urls"
    settings.UNFOLD = {}  # the sidebar is somebody else's test


FORM = {"name": "laptop", "scopes": ["signals:read", "candles:write"]}


def test_an_admin_makes_a_key_and_sees_it_once(client, with_admin):
    client.force_login(make_user("boss", "admin"))

    page = client.post("/admin/access/apikey/add/", FORM, follow=True)

    key = ApiKey.objects.get()
    assert key.scopes == ["signals:read", "candles:write"]
    assert f"The key is {key.prefix}." in page.content.decode()
    assert "The key is" not in client.get("/admin/access/apikey/").content.decode()


def test_an_admin_revokes_a_key(client, with_admin):
    client.force_login(make_user("boss", "admin"))
    key, _ = make_key("signals:read")

    client.post(f"/admin/access/apikey/{key.pk}/change/", {**FORM, "revoked": "on"})

    assert ApiKey.objects.get().revoked
    assert client.get(f"/admin/access/apikey/{key.pk}/change/").status_code == 200
    assert client.post(f"/admin/access/apikey/{key.pk}/delete/").status_code == 403


def test_staff_see_no_keys(client, with_admin):
    client.force_login(make_user("anna", "staff"))

    assert client.get("/admin/access/apikey/").status_code == 403
