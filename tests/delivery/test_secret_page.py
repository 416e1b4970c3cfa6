"""The signing secret of a webhook: on a page of its own, for those who may see it."""

import pytest
from django.contrib.auth.models import Permission, User

from audit.models import Event
from tests.builders import make_recipient
from tests.delivery.console import page

pytestmark = pytest.mark.django_db


def test_the_secret_of_a_webhook_is_shown_on_a_page_of_its_own_and_logged(staff):
    hook = make_recipient(channel="webhook", address="https://example.org/hook")
    url = page("recipient", "signing_secret", hook.pk)

    answer = staff.get(url)

    assert "whsec_" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert Event.objects.get(kind="recipient.secret_shown").actor == "carol"
    assert "whsec_" not in str(list(Event.objects.values()))
    assert "whsec_" not in staff.get(page("recipient", "change", hook.pk)).content.decode()


def test_a_new_secret_signs_from_now_on_and_for_a_day_so_does_the_old_one(staff):
    hook = make_recipient(channel="webhook", address="https://example.org/hook")
    url = page("recipient", "signing_secret", hook.pk)
    before = staff.get(url).context["secret"]

    after = staff.post(url, follow=True)

    hook.refresh_from_db()
    assert hook.secret_version == 2
    assert after.context["secret"] != before and after.context["both_sign"]
    assert Event.objects.filter(kind="recipient.given_a_new_signing_secret").exists()


@pytest.mark.parametrize("channel", ["whatsapp", "preview"])
def test_where_nothing_is_signed_there_is_no_secret(staff, channel):
    recipient = make_recipient(channel=channel)

    assert staff.get(page("recipient", "signing_secret", recipient.pk)).status_code == 403


def test_readers_see_no_secret(client):
    hook = make_recipient(channel="webhook", address="https://example.org/hook")
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_recipient"))
    client.force_login(reader)

    assert client.get(page("recipient", "signing_secret", hook.pk)).status_code == 403
