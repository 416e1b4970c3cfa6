from datetime import UTC, datetime

import pytest

from access.accounts import change_account
from audit.models import Event
from tests.builders import make_user

NOW = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_a_new_role_is_an_event_with_before_and_after():
    user = make_user("anna", "viewer")

    change_account(user, role="staff", changed=["role", "email"], by="boss", now=NOW)

    event = Event.objects.get(kind="user.changed")
    assert event.text == "Account anna changed: role viewer to staff, email"
    assert event.payload == {"role": {"before": "viewer", "after": "staff"}, "fields": ["email"]}


def test_saving_without_a_change_is_no_event():
    user = make_user("anna", "viewer")

    change_account(user, role="viewer", changed=[], by="boss", now=NOW)

    assert not Event.objects.exists()
