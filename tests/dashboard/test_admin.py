"""The admin is whole, grouped, and accounts are for admins."""

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth.models import User
from django.urls import reverse
from unfold.admin import ModelAdmin

from access.roles import DESK_APPS, Role, role_of
from dashboard.navigation import ENTRIES
from delivery.models import Message
from forexsignals import urls  # noqa: F401  it registers every page
from tests.builders import NOON, make_user

pytestmark = pytest.mark.django_db

OWN_MODELS = [
    model
    for label in (*DESK_APPS, "audit")
    for model in apps.get_app_config(label).get_models()
    if model._meta.managed
]
SIDEBAR = [entry for group in settings.UNFOLD["SIDEBAR"]["navigation"] for entry in group["items"]]


def list_url(model):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


@pytest.mark.parametrize("model", OWN_MODELS, ids=lambda model: model._meta.label)
def test_every_model_is_in_the_admin(model):
    assert admin.site.is_registered(model)


@pytest.mark.parametrize("model", admin.site._registry, ids=lambda model: model._meta.label)
def test_every_list_opens_in_the_themes_clothes(client, model):
    client.force_login(make_user("ada", "admin"))

    assert isinstance(admin.site._registry[model], ModelAdmin)
    assert client.get(list_url(model)).status_code == 200


@pytest.mark.parametrize("entry", SIDEBAR, ids=lambda entry: entry["title"])
def test_every_link_of_the_admins_sidebar_leads_somewhere(client, entry):
    client.force_login(make_user("ada", "admin"))

    assert client.get(str(entry["link"])).status_code == 200


def test_every_link_of_the_pages_sidebar_leads_somewhere(client):
    client.force_login(make_user("ada", "admin"))

    for entries in ENTRIES.values():
        for entry in entries:
            assert client.get(reverse(entry.view)).status_code == 200


def test_the_landing_page_shows_the_state_of_the_desk(client):
    client.force_login(make_user("sam", "staff"))

    page = client.get(reverse("admin:index")).content.decode()

    assert "Scheduler" in page
    assert "Open signals" in page


def test_staff_send_by_hand_from_the_landing_page(client):
    client.force_login(make_user("sam", "staff"))

    page = client.get(reverse("admin:index")).content.decode()

    assert reverse("push-last") in page and "Resend last signal to WhatsApp" in page
    assert reverse("test-message") in page and "Test WhatsApp message" in page


@pytest.mark.parametrize("name", ["user", "group"])
def test_staff_cannot_open_accounts_even_with_the_permission(client, name):
    sam = make_user("sam", "staff")
    client.force_login(sam)

    for page in ("changelist", "add"):
        assert client.get(reverse(f"admin:auth_{name}_{page}")).status_code == 403
    assert client.get(reverse("admin:auth_user_change", args=[sam.pk])).status_code == 403


def test_an_admin_makes_an_account_with_a_role(client):
    client.force_login(make_user("ada", "admin"))
    form = {"username": "bea", "role": "staff"}
    form |= {"password1": "long-pa55-word!", "password2": "long-pa55-word!"}

    client.post(reverse("admin:auth_user_add"), form)

    bea = User.objects.get(username="bea")
    assert role_of(bea) is Role.STAFF
    assert bea.is_staff
    assert not bea.is_superuser


def test_a_new_account_is_a_viewer_unless_somebody_says_otherwise(client):
    client.force_login(make_user("ada", "admin"))

    form = client.get(reverse("admin:auth_user_add")).context["adminform"].form

    assert form["role"].value() == Role.VIEWER


def test_roles_are_looked_at_since_the_desk_makes_them(client):
    client.force_login(make_user("ada", "admin"))

    assert client.get(reverse("admin:auth_group_changelist")).status_code == 200
    assert client.get(reverse("admin:auth_group_add")).status_code == 403


def test_an_empty_list_says_so_in_our_own_words(client):
    client.force_login(make_user("ada", "admin"))

    assert "Nothing here yet" in client.get(list_url(Message)).content.decode()
    assert "Nothing matches" in client.get(f"{list_url(Message)}?q=none").content.decode()


def test_an_admin_changes_a_role_and_nothing_of_the_old_one_stays(client):
    client.force_login(make_user("ada", "admin"))
    bea = make_user("bea", "admin")

    client.post(
        reverse("admin:auth_user_change", args=[bea.pk]),
        {"username": "bea", "role": "viewer", "is_active": "on"},
    )

    bea = User.objects.get(pk=bea.pk)
    assert role_of(bea) is Role.VIEWER
    assert not bea.is_superuser
    assert not bea.is_staff


def test_nobody_deletes_his_own_account(client):
    ada = make_user("ada", "admin")
    client.force_login(ada)

    client.post(reverse("admin:auth_user_delete", args=[ada.pk]), {"post": "yes"})

    assert User.objects.filter(pk=ada.pk).exists()


def test_times_in_the_admin_read_as_on_the_pages(client):
    ada = make_user("ada", "admin", last_login=NOON)
    client.force_login(make_user("eve", "admin"))

    page = client.get(reverse("admin:auth_user_change", args=[ada.pk])).content.decode()

    assert "2026-11-18 12:00:00" in page
