import pytest

from audit.models import Event
from tests.builders import make_user

pytestmark = pytest.mark.django_db


def test_anonymous_people_are_sent_to_the_login_and_back(client):
    answer = client.get("/for-viewers?day=1")

    assert answer.status_code == 302
    assert answer.url == "/login/?next=/for-viewers%3Fday%3D1"


def test_a_fragment_sends_the_whole_page_to_the_login(client):
    answer = client.get(
        "/for-viewers",
        headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/signals/?page=2"},
    )

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login/?next=/signals/"


def test_a_fragment_of_no_page_leads_to_the_login_all_the_same(client):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://["}

    answer = client.get("/for-viewers", headers=headers)

    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"] == "/login/?next=/"


@pytest.mark.parametrize(
    ("role", "viewers_page", "staff_page"),
    [("viewer", 200, 403), ("staff", 200, 200), ("admin", 200, 200)],
)
def test_a_role_opens_its_pages(client, role, viewers_page, staff_page):
    client.force_login(make_user("anna", role))

    assert client.get("/for-viewers").status_code == viewers_page
    assert client.get("/for-staff").status_code == staff_page


@pytest.mark.parametrize(("public", "anonymous"), [(True, 200), (False, 401)])
def test_the_public_api_can_be_closed(client, settings, public, anonymous):
    settings.PUBLIC_API = public

    assert client.get("/api/public").status_code == anonymous

    client.force_login(make_user("anna", "viewer"))
    assert client.get("/api/public").status_code == 200


def test_a_login_and_a_logout_are_events(client):
    client.force_login(make_user("bob"))
    client.logout()

    kinds = list(Event.objects.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["login.ok", "login.ended"]
