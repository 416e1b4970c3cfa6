import pytest

from audit.models import Event
from tests.builders import make_user


def assert_error(answer, status, code):
    """The one shape, and this code."""
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "details"}
    assert body["error"]["code"] == code
    return body["error"]


pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "/api/nothing", 404, "NOT_FOUND"),
        ("post", "/api/nothing/at/all/", 404, "NOT_FOUND"),
        ("delete", "/api", 404, "NOT_FOUND"),
        ("options", "/api/nothing", 404, "NOT_FOUND"),
        ("options", "/api/public", 405, "METHOD_NOT_ALLOWED"),
        ("trace", "/api/public", 405, "METHOD_NOT_ALLOWED"),
        ("put", "/api/public", 405, "METHOD_NOT_ALLOWED"),
        ("post", "/api/candles", 401, "NOT_AUTHENTICATED"),
        ("get", "/api/forgotten", 401, "NOT_AUTHENTICATED"),
        ("get", "/api/schema", 401, "NOT_AUTHENTICATED"),
        ("get", "/api/breaks", 500, "SERVER_ERROR"),
    ],
)
def test_every_error_has_one_shape(client, method, path, status, code):
    assert_error(getattr(client, method)(path), status, code)


@pytest.mark.parametrize("debug", [True, False])
def test_an_unknown_api_address_is_json_with_debug_on_as_well(client, settings, debug):
    settings.DEBUG = debug

    assert_error(client.get("/api/nothing"), 404, "NOT_FOUND")


def test_an_error_of_our_own_keeps_its_code_and_details(client):
    error = assert_error(client.get("/api/refuses"), 404, "NO_SIGNAL")

    assert error == {
        "code": "NO_SIGNAL",
        "message": "No signal yet.",
        "details": {"symbol": "EURUSD"},
    }


def test_a_validation_error_names_the_field(client):
    answer = client.post("/api/auth/token", {"password": "x"}, content_type="application/json")

    error = assert_error(answer, 400, "VALIDATION_ERROR")
    assert error["message"] == "username: It must be sent."
    assert list(error["details"]) == ["username"]


def test_what_a_model_refuses_names_the_field_and_the_setting_in_it(client):
    error = assert_error(client.get("/api/model-refuses"), 400, "VALIDATION_ERROR")

    assert error["message"] == "parameters.fsat: unknown setting"
    assert error["details"] == {
        "parameters.fsat": ["unknown setting"],
        "mode": ["No such mode."],
        "non_field_errors": ["Twice."],
    }


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "PARSE_ERROR"),
        ('{"username": NaN}', "application/json", 400, "PARSE_ERROR"),
        ('{"username": "a", "username": "b"}', "application/json", 400, "PARSE_ERROR"),
        (b"\xff", "application/json", 400, "PARSE_ERROR"),
        ("[" * 50_000, "application/json", 400, "PARSE_ERROR"),
        ("[]", "application/json", 400, "VALIDATION_ERROR"),
        ('"' + "x" * 300_000 + '"', "application/json", 413, "BODY_TOO_LARGE"),
        ("username=a", "application/x-www-form-urlencoded", 415, "UNSUPPORTED_MEDIA_TYPE"),
    ],
    ids=["cut", "NaN", "twice", "bytes", "deep", "list", "large", "form"],
)
def test_a_body_we_cannot_take_is_refused(client, body, content_type, status, code):
    answer = client.post("/api/auth/token", body, content_type=content_type)

    assert_error(answer, status, code)


def test_a_host_that_is_not_ours_is_refused_in_shape(client):
    assert_error(client.get("/api/public", HTTP_HOST="evil.example"), 400, "BAD_REQUEST")


@pytest.mark.parametrize(("path", "status"), [("/nothing", 404), ("/breaks", 500)])
def test_pages_fail_with_a_page(client, path, status):
    answer = client.get(path)

    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert b"<h1" in answer.content


def test_a_form_without_its_token_is_refused_with_a_page_and_logged(client):
    strict = type(client)(enforce_csrf_checks=True)

    answer = strict.post("/form")

    assert answer.status_code == 403
    assert b"<h1" in answer.content
    assert Event.objects.get(kind="access.refused").payload["code"] == "CSRF_FAILED"


def test_only_listed_origins_may_read_from_a_browser(client, settings):
    settings.CORS_ALLOWED_ORIGINS = ["https://app.example"]

    ours = client.get("/api/public", headers={"Origin": "https://app.example"})
    other = client.get("/api/public", headers={"Origin": "https://evil.example"})

    assert ours.headers["Access-Control-Allow-Origin"] == "https://app.example"
    assert "Access-Control-Allow-Origin" not in other.headers
    assert "Access-Control-Allow-Credentials" not in ours.headers


def test_a_flood_of_refusals_fills_neither_the_log_nor_the_disk(client):
    for _ in range(25):
        client.get("/api/forgotten")

    events = Event.objects.filter(kind="access.refused").order_by("pk")
    assert events.count() <= 20  # ten a minute; the flood may straddle two
    assert any("not recorded" in event.text for event in events)


def test_a_refusal_names_who_was_refused_what(client):
    client.force_login(make_user("anna"))

    client.get("/for-staff")

    event = Event.objects.get(kind="access.refused")
    assert (event.actor, event.payload["path"]) == ("anna", "/for-staff")


def test_an_address_the_desk_does_not_know_is_explained(client):
    answer = client.get("/api/health", headers={"Host": "desk.example"})

    assert "ALLOWED_HOSTS" in assert_error(answer, 400, "BAD_REQUEST")["message"]


def test_a_token_that_is_not_valid_says_where_to_get_another(client):
    answer = client.get("/api/public", headers={"Authorization": "Bearer nonsense"})

    error = assert_error(answer, 401, "TOKEN_NOT_VALID")
    assert error["message"].endswith("get a new one at /api/auth/token.")


@pytest.mark.parametrize(
    ("headers", "status", "words"),
    [
        ({"Accept": "text/html"}, 406, "leave that header out"),
        ({"Authorization": "Bearer"}, 401, "one space between"),
        ({"Authorization": "Bearer one two"}, 401, "one space between"),
        ({"X-Api-Key": "caf\xe9"}, 401, "not valid"),
    ],
)
def test_a_header_that_is_wrong_is_explained(client, headers, status, words):
    answer = client.get("/api/public", headers=headers)

    assert answer.status_code == status
    assert words in answer.json()["error"]["message"]


@pytest.mark.django_db
def test_a_session_that_writes_without_its_token_learns_which_header_to_send(client):
    strict = type(client)(enforce_csrf_checks=True)
    strict.force_login(make_user("sam", "staff"))

    answer = strict.post("/api/staff", {}, content_type="application/json")

    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "CSRF_FAILED"
    assert "X-CSRFToken" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["/api/health", "/metrics", "/webhooks/telegram"])
def test_addresses_outside_any_api_view_refuse_a_method_in_shape(client, settings, path):
    settings.ROOT_URLCONF = "forexsignals.urls"

    answer = client.put(path)

    assert_error(answer, 405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"]
