import json
from pathlib import Path

import pytest

from forexsignals.scrubbing import Scrubber
from tests.processes import run_manage

SECRET = 'a"b\\c-0123456789'


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer EAAGm0PX4ZCpsBAKZC",
        "Api-Key AbCdEfGh.0123456789abcdef",
        "https://api.telegram.org/bot123456:AAH-canary_x/sendMessage",
        "GET /query?function=FX&apikey=canary123&x=1",
        "GET /query?key=canary123",
        "hub.verify_token=x&hub_token=canary123",
        '{"password": "canary123"}',
        '{"access_token":"can\\"ary123"}',
        "postgres://desk:canary123@db:5432/desk",
        "rediss://:canary123@cache:6379/0",
    ],
)
def test_secrets_are_known_by_their_shape(line: str) -> None:
    scrubbed = Scrubber([])(None, "info", f" {line}")

    assert "***" in scrubbed
    for canary in ("canary123", "ary123", "AAH-canary_x", "EAAGm0PX4ZCpsBAKZC", "0123456789abc"):
        assert canary not in scrubbed


def test_a_configured_secret_is_known_by_its_value_wherever_it_stands() -> None:
    scrub = Scrubber([SECRET])

    plain = scrub(None, "info", f"the provider said {SECRET}!")
    rendered = scrub(None, "info", json.dumps({"event": f"the provider said {SECRET}!"}))

    assert plain == "the provider said ***!"
    assert json.loads(rendered) == {"event": "the provider said ***!"}


def test_a_secret_inside_a_longer_one_leaves_nothing_of_the_longer_one() -> None:
    scrub = Scrubber(["0123456789", "0123456789-tail"])

    assert scrub(None, "info", "0123456789-tail") == "***"


def test_short_values_and_ordinary_lines_stay_readable() -> None:
    line = '{"event": "EURUSD BUY @ 1.08523", "symbol": "EURUSD", "task": "signals.tasks.evaluate"}'

    assert Scrubber(["", "abc"])(None, "info", line) == line


def test_a_process_that_ends_in_an_error_tells_no_secret(tmp_path: Path) -> None:
    settings = {"VAR_DIR": str(tmp_path), "WHATSAPP_TOKEN": SECRET}
    said = "from django.conf import settings; raise RuntimeError(settings.WHATSAPP_TOKEN)"

    result = run_manage("shell", "-v", "0", "-c", said, **settings)

    assert result.returncode == 1
    assert "RuntimeError: ***" in result.stderr
    assert SECRET not in result.stdout + result.stderr
