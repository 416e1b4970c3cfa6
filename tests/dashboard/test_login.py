"""The one door."""

import pytest
from django.conf import settings
from django.urls import reverse

from tests.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def sign_in(client, username="anna", password=PASSWORD, **more):
    return client.post("/login/", {"username": username, "password": password, **more})


def test_the_right_password_opens_the_page_that_was_asked_for(client):
    make_user()

    assert sign_in(client, next="/pause/").url == "/pause/"
    assert sign_in(client).url == "/"


def test_a_foreign_next_is_not_followed(client):
    make_user()

    assert sign_in(client, next="https://evil.example/").url == "/"


def test_a_wrong_password_says_so_and_keeps_the_name(client):
    make_user()

    page = sign_in(client, password="wrong").content.decode()

    assert "User name and password do not match" in page
    assert 'value="anna"' in page


def test_too_many_wrong_passwords_close_the_door_for_a_while(client):
    make_user()
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, password="wrong", next="/pause/")

    assert answer.status_code == 429
    page = answer.content.decode()
    assert "Wait 15 minutes" in page
    assert 'value="anna"' in page
    assert 'name="next" value="/pause/"' in page
    assert sign_in(client).status_code == 429


def test_signing_out_needs_a_post_and_ends_the_session(client):
    client.force_login(make_user())

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").url == "/login/"
    assert client.get("/").status_code == 302


def test_the_admin_has_no_login_of_its_own(client):
    answer = client.get(reverse("admin:login"), {"next": "/admin/signals/signal/"})

    assert answer.url == "/login/?next=%2Fadmin%2Fsignals%2Fsignal%2F"


def test_a_viewer_who_tries_the_admin_is_told_no_instead_of_going_round(client):
    client.force_login(make_user())

    answer = client.get(reverse("admin:index"), follow=True)

    assert answer.status_code == 403


def test_the_theme_is_kept_in_a_cookie_the_server_reads(client):
    assert 'data-theme="dark"' not in client.get("/login/").content.decode()

    client.post("/theme/", headers={"Referer": "http://testserver/login/"})

    assert 'data-theme="dark"' in client.get("/login/").content.decode()


def test_password_managers_know_the_fields(client):
    page = client.get("/login/").content.decode()

    assert 'autocomplete="username"' in page
    assert 'autocomplete="current-password"' in page
