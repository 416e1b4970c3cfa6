import pytest
import time_machine
from django.test import override_settings

from forexsignals import checks


def ids(messages: list) -> list[str]:
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("v19.0", ["forexsignals.W001"]),
        ("v21.0", ["forexsignals.W001"]),
        ("v25.0", []),
        ("v99.0", []),
    ],
)
@time_machine.travel("2026-11-21T12:00:00+00:00", tick=False)
def test_a_graph_api_version_near_its_end_is_a_warning(version: str, expected: list[str]) -> None:
    with override_settings(WHATSAPP_API_VERSION=version):
        assert ids(checks.check_whatsapp_version()) == expected


@pytest.mark.parametrize(("seconds", "count"), [(60, 0), (30, 0), (4, 1), (3601, 1)])
def test_an_interval_out_of_range_is_an_error(seconds: int, count: int) -> None:
    with override_settings(EVALUATION_INTERVAL_SECONDS=seconds):
        assert len(checks.check_interval()) == count


def test_half_of_the_whatsapp_credentials_is_a_warning_that_names_the_other_half() -> None:
    with override_settings(WHATSAPP_TOKEN="x", WHATSAPP_PHONE_ID=""):
        [warning] = checks.check_whatsapp_whole()

    assert "WHATSAPP_PHONE_ID" in warning.msg


@pytest.mark.parametrize("url", ["desk.example.org", "ftp://desk", "https://"])
def test_an_address_that_is_none_is_an_error(url: str) -> None:
    with override_settings(PUBLIC_BASE_URL=url):
        assert ids(checks.check_public_base_url()) == ["forexsignals.E002"]


def test_allowing_every_host_is_a_warning() -> None:
    with override_settings(ALLOWED_HOSTS=["*"]):
        assert ids(checks.check_allowed_hosts()) == ["forexsignals.W003"]


@pytest.mark.parametrize(
    ("url", "sender", "found"),
    [
        ("smtp://mail", "Desk <desk@example.org>", []),
        ("smtp://mail", "the desk", ["forexsignals.E004"]),
        ("", "the desk", []),
    ],
)
def test_a_sender_that_is_no_address_is_an_error_once_there_is_mail(
    url: str, sender: str, found: list[str]
) -> None:
    with override_settings(EMAIL_URL=url, EMAIL_FROM=sender):
        assert ids(checks.check_mail_sender()) == found
