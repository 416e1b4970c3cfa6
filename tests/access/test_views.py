import pytest

from tests.builders import make_key, make_user

pytestmark = pytest.mark.django_db


def test_viewers_read_how_the_api_works_and_try_it_without_a_cdn(client):
    client.force_login(make_user("anna", "viewer"))

    schema, docs = client.get("/api/schema?format=json"), client.get("/api/docs")

    assert schema.status_code == docs.status_code == 200
    assert schema.json()["components"]["securitySchemes"]["apiKey"]["name"] == "X-Api-Key"
    assert b"cdn" not in docs.content.lower()


def test_the_schema_is_not_public_but_a_key_reads_it(client):
    _, text = make_key("signals:read")

    assert client.get("/api/schema").status_code == 401
    assert client.get("/api/docs").status_code == 401
    assert client.get("/api/schema", headers={"X-Api-Key": text}).status_code == 200


@pytest.mark.parametrize("path", ["/api/docs", "/api/schema", "/api/auth/token"])
def test_asking_for_a_views_options_is_refused_in_the_one_error_shape(client, path):
    client.force_login(make_user("anna", "viewer"))

    answer = client.options(path)

    assert answer.status_code == 405
    assert answer.json()["error"]["code"] == "METHOD_NOT_ALLOWED"
