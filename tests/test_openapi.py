"""The description of the API: complete enough that clients are made from it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

from tests.builders import make_user

METHODS = ("get", "post", "put", "patch", "delete")
READS_WELL = re.compile(r"[a-z]+(_[a-z]+)+")
MADE_UP = re.compile(r"_(retrieve|create|list|update|destroy)$")


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    return SchemaGenerator().get_schema(request=None, public=True)


@pytest.fixture(scope="module")
def operations(described) -> list[tuple[str, dict[str, Any]]]:
    return list(operations_of(described))


def operations_of(described: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method in METHODS:
            if method in methods:
                yield f"{method.upper()} {path}", methods[method]


def test_the_description_is_valid_and_leaves_nothing_to_guess(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", file=str(tmp_path / "api.yaml"))


def test_every_operation_has_a_name_of_its_own_that_reads_well(operations):
    names = [operation["operationId"] for _, operation in operations]

    assert sorted(set(names)) == sorted(names)
    assert [n for n in names if not READS_WELL.fullmatch(n) or MADE_UP.search(n)] == []


def test_every_operation_says_what_it_does_under_a_known_heading(described, operations):
    headings = {tag["name"] for tag in described["tags"]}

    for name, operation in operations:
        assert operation["description"].startswith(operation["summary"][:20]), name
        assert len(operation["summary"]) <= 100, name
        assert len(operation["tags"]) == 1, name
        assert set(operation["tags"]) <= headings, name


def test_no_two_methods_of_an_address_are_told_in_the_same_words(described):
    for path, methods in described["paths"].items():
        said = [methods[method]["summary"] for method in METHODS if method in methods]

        assert sorted(set(said)) == sorted(said), path


def test_every_operation_names_its_refusals_in_the_one_error_shape(operations):
    for name, operation in operations:
        answers = operation["responses"]
        assert {"default"} <= set(answers), name
        for status, answer in answers.items():
            if status == "default" or (status >= "400" and status not in own_shape(name)):
                content = answer["content"]["application/json"]
                assert content["schema"] == {"$ref": "#/components/schemas/Error"}, (name, status)


def own_shape(name: str) -> set[str]:
    """What the server in front says; and a desk that is down says so in the shape of health."""
    return {"414", "503"} if name == "GET /api/health" else {"414"}


def test_who_may_come_in_stands_with_every_operation(operations):
    ways = {"apiKey", "apiKeyAuthorization", "jwtAuth", "cookieAuth"}
    for name, operation in operations:
        if "/api/auth/" not in name and name != "GET /api/health":
            assert {way for one in operation["security"] for way in one} == ways, name
            assert "401" in operation["responses"], name


def test_where_strangers_may_read_no_key_is_asked_for(settings):
    latest = "/api/signals/latest"
    settings.PUBLIC_API = True
    assert {} in SchemaGenerator().get_schema(public=True)["paths"][latest]["get"]["security"]

    settings.PUBLIC_API = False
    closed = SchemaGenerator().get_schema(public=True)["paths"][latest]["get"]
    assert {} not in closed["security"]
    assert "403" in closed["responses"]


def test_a_body_is_closed_to_names_it_does_not_describe(described, operations):
    shapes = described["components"]["schemas"]
    for name, operation in operations:
        for content in operation.get("requestBody", {}).get("content", {}).values():
            shape = shapes[content["schema"]["$ref"].rpartition("/")[2]]
            assert shape["additionalProperties"] is False, name


@pytest.mark.django_db
def test_the_address_it_was_read_at_comes_first_so_that_its_page_may_ask_there(client, settings):
    settings.PUBLIC_BASE_URL = "https://desk.example.org"
    client.force_login(make_user())

    servers = client.get("/api/schema?format=json").json()["servers"]

    assert [server["url"] for server in servers][:1] == ["http://testserver"]
