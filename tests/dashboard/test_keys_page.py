"""The page Keys: who may come in by script, and whether the desk's own accounts work."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from access.models import ApiKey
from access.refresh_tokens import SHOWN
from access.tokens import RoleTokenSerializer
from audit.models import Event
from dashboard.keys.api_keys import ACTIVE_SHOWN, key_list
from tests.builders import NOON, make_key, make_user

pytestmark = pytest.mark.django_db

ASKED = {"name": "Notebook", "scopes": ["signals:read"], "lives": "90", "once": "n1"}


def page_of(client, path="/keys/"):
    return client.get(path).content.decode()


def made_key(client, **asked):
    """The text of a new key as its page shows it."""
    page = client.post("/keys/new/", {**ASKED, **asked}).content.decode()
    return page.partition('<code id="key-text">')[2].partition("</code>")[0]


def test_a_new_key_is_shown_once_and_opens_what_it_may(staff, client):
    text = made_key(staff)

    answer = client.get("/api/signals/recent", headers={"Authorization": f"Api-Key {text}"})
    assert answer.status_code == 200
    key = ApiKey.objects.get()
    assert key.scopes == ["signals:read"]
    assert timedelta(days=89) < key.expiry_date - timezone.now() < timedelta(days=91)
    assert text not in page_of(staff)
    assert text not in str(staff.session.items())


def test_the_answer_that_shows_a_key_is_kept_by_nobody(staff):
    answer = staff.post("/keys/new/", ASKED)

    assert "no-store" in answer.headers["Cache-Control"]
    assert "messages" not in answer.cookies
    text = answer.context["text"]
    assert not any(text in str((e.text, e.payload, e.subject)) for e in Event.objects.all())


def test_the_page_of_a_new_key_holds_a_call_to_this_installation(staff, settings):
    settings.PUBLIC_BASE_URL = "https://desk.example.org"

    answer = staff.post("/keys/new/", {**ASKED, "scopes": ["candles:write", "ops:read"]})

    text = answer.context["text"]
    call = "curl 'https://desk.example.org/api/deliveries?limit=1' \\\n"
    assert answer.context["call"] == f"{call}  -H 'Authorization: Api-Key {text}'"


def test_a_reload_makes_no_second_key_and_shows_none(staff):
    text = made_key(staff)

    again = staff.post("/keys/new/", ASKED, follow=True)

    assert ApiKey.objects.count() == 1
    assert text not in again.content.decode()
    assert "made already" in again.content.decode()


def test_a_key_may_live_until_it_is_revoked(staff):
    made_key(staff, lives="")

    assert ApiKey.objects.get().expiry_date is None


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ({"name": ""}, "Name the script or person"),
        ({"scopes": []}, "Choose at least one thing"),
        ({"scopes": ["everything"]}, "Choose from the boxes"),
        ({"lives": "9999"}, "Choose from the list"),
    ],
)
def test_a_form_that_will_not_do_says_why_and_keeps_what_was_typed(staff, typed, error):
    page = staff.post("/keys/new/", {**ASKED, "name": "Kept", **typed}).content.decode()

    assert error in page
    assert 'value="Kept"' in page or typed.get("name") == ""
    assert not ApiKey.objects.exists()


def test_revoking_asks_first_works_at_once_and_is_an_event(staff, client):
    key, text = make_key("signals:read")
    assert "Revoke script?" in page_of(staff, f"/keys/{key.prefix}/revoke/")

    staff.post(f"/keys/{key.prefix}/revoke/")

    answer = client.get("/api/signals/recent", headers={"X-Api-Key": text})
    assert answer.status_code == 401
    assert "revoked" in page_of(staff)
    assert Event.objects.get(kind="key.revoked").actor == "sam"


def test_revoking_twice_is_one_event(staff):
    key, _ = make_key("signals:read")

    for _ in range(2):
        staff.post(f"/keys/{key.prefix}/revoke/")

    assert Event.objects.filter(kind="key.revoked").count() == 1


def test_working_keys_come_first_and_each_says_how_it_stands():
    make_key("ops:read")
    make_key("ops:read", expiry_date=NOON - timedelta(days=1))
    make_key("ops:read", revoked=True)

    keys = key_list(now=NOON)

    assert [key.state for key in keys.active] == ["active"]
    assert [key.state for key in keys.ended] == ["revoked", "expired"]
    assert keys.active[0].scopes == ("Read events and deliveries",)


def test_the_list_of_keys_is_bounded():
    for _ in range(ACTIVE_SHOWN + 1):
        make_key("ops:read")

    keys = key_list(now=NOON)

    assert len(keys.active) == ACTIVE_SHOWN
    assert keys.more


def test_refresh_tokens_stand_with_their_owner_and_role_and_never_in_full(staff):
    token = RoleTokenSerializer.get_token(make_user("bob", "staff"))

    page = page_of(staff)

    assert "bob" in page
    assert str(token) not in page
    assert token["jti"] not in page


def test_one_token_and_all_of_a_person_are_revoked_after_a_question(staff):
    bob = make_user("bob")
    for _ in range(3):
        RoleTokenSerializer.get_token(bob)
    people = staff.get("/keys/").context["people"]
    first = people[0].tokens[0].id
    assert "Revoke this refresh token?" in page_of(staff, f"/keys/tokens/{first}/revoke/")

    staff.post(f"/keys/tokens/{first}/revoke/")
    assert len(staff.get("/keys/").context["people"][0].tokens) == 2
    staff.post(f"/keys/people/{bob.pk}/revoke/")

    assert staff.get("/keys/").context["people"] == ()
    counts = [event.payload["count"] for event in Event.objects.filter(kind="token.revoked")]
    assert sorted(counts) == [1, 2]


def test_a_token_that_is_used_up_is_not_listed(staff):
    RoleTokenSerializer.get_token(make_user("bob")).blacklist()

    assert staff.get("/keys/").context["people"] == ()


def test_older_tokens_are_a_page_away(staff):
    bob = make_user("bob")
    for _ in range(SHOWN + 2):
        RoleTokenSerializer.get_token(bob)

    newest = staff.get("/keys/")
    older = staff.get(f"/keys/?before={newest.context['older']}")

    assert len(newest.context["people"][0].tokens) == SHOWN
    assert len(older.context["people"][0].tokens) == 2
    assert older.context["older"] is None


def test_the_page_costs_the_same_however_many_keys_tokens_and_people(staff):
    RoleTokenSerializer.get_token(make_user("bob"))
    make_key("ops:read")
    with CaptureQueriesContext(connection) as few:
        staff.get("/keys/")
    for number in range(10):
        RoleTokenSerializer.get_token(make_user(f"user{number}"))
        make_key("ops:read")

    with CaptureQueriesContext(connection) as many:
        staff.get("/keys/")

    assert len(many) == len(few) <= 28


PATHS = ["/keys/new/", "/keys/ABCDEFGH/revoke/", "/keys/tokens/1/revoke/"]


@pytest.mark.parametrize("path", [*PATHS, "/keys/people/1/revoke/"])
def test_viewers_are_refused_and_strangers_sent_to_the_login(client, path):
    assert urlsplit(client.get(path).url).path == "/login/"
    client.force_login(make_user())

    assert client.get(path).status_code == 403
    assert client.post(path, ASKED).status_code == 403
    assert not ApiKey.objects.exists()


def test_a_viewer_does_not_find_the_page(client):
    client.force_login(make_user())

    assert client.get("/keys/").status_code == 403
    assert 'href="/keys/"' not in page_of(client, "/")


@pytest.mark.parametrize("before", ["9" * 5000, "9" * 25, "-1", "x"])
def test_a_place_among_the_tokens_that_is_none_shows_the_newest(staff, before):
    assert staff.get("/keys/", {"before": before}).status_code == 200
