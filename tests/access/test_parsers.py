"""Bodies no script writes on purpose."""

import pytest

from tests.builders import make_key

pytestmark = pytest.mark.django_db
SWITCH = "/api/admin/kill-switch"


@pytest.fixture(autouse=True)
def whole_desk(settings):
    settings.ROOT_URLCONF = "forexsignals.urls"


def send(client, body):
    key = {"X-Api-Key": make_key("signals:write")[1]}
    return client.post(SWITCH, body, content_type="application/json", headers=key)


@pytest.mark.parametrize(
    "body",
    [r'{"\ud800": 1}', r'{"enabled": true, "reason": "\uDC00\ud800"}', b'{"\xed\xa0\x80": 1}'],
)
def test_half_a_character_is_refused_before_anything_repeats_it(client, body):
    answer = send(client, body)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "PARSE_ERROR")


def test_a_character_in_two_halves_is_one(client):
    answer = send(client, r'{"enabled": true, "reason": "storm \ud83c\udf29"}')

    assert answer.json()["reason"] == "storm \U0001f329"
