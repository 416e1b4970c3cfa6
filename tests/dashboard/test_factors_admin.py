"""Taking second factors from somebody who has lost them."""

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.urls import reverse

from audit.models import Event
from tests.builders import APP_SECRET, make_app, make_passkey, make_user

pytestmark = pytest.mark.django_db
USERS = reverse("admin:auth_user_changelist")


@pytest.fixture
def lost(client):
    client.force_login(make_user("ada", "admin"))
    user = make_user()
    make_app(user)
    make_passkey(user)
    return user


def choose(client, user, **more):
    return client.post(USERS, {"action": "remove_factors", "_selected_action": user.pk, **more})


def test_an_admin_is_asked_first_then_all_are_gone_with_an_event_each(client, lost):
    assert "Remove second factors?" in choose(client, lost).content.decode()
    assert Authenticator.objects.count() == 3

    choose(client, lost, confirmed="yes")

    assert not Authenticator.objects.exists()
    assert Event.objects.filter(kind="mfa.removed", actor="ada").count() == 2


def test_the_list_says_who_has_one_and_shows_no_secret(client, lost):
    page = client.get(USERS).content.decode()

    assert "Second factor" in page
    assert APP_SECRET not in page


def test_staff_cannot(client, lost):
    client.force_login(make_user("sam", "staff"))

    assert choose(client, lost, confirmed="yes").status_code == 403
    assert Authenticator.objects.exists()


def test_the_only_admin_does_it_on_the_machine(lost, capsys):
    call_command("remove_factors", "anna")

    assert capsys.readouterr().out == "Second factors of anna removed: 2.\n"
    with pytest.raises(CommandError, match="Nobody is called bob"):
        call_command("remove_factors", "bob")
