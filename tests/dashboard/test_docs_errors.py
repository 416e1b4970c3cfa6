"""No code reaches a script that the page Docs does not explain."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.docs.errors import ERRORS
from tests.builders import make_user

ROOT = Path(__file__).resolve().parents[2]
APPS = ("access", "delivery", "markets", "strategies", "risk", "signals", "dashboard")
REFUSALS = re.compile(r"\w*(DeskError|Refused|Needed|Failed|Denied|Throttled|NotPermitted)")
ONLY_IN_A_SOCKET = {"BUSY", "FIRST_MESSAGE", "REFUSED"}  # its docs explain them


def codes_in_code() -> Iterator[tuple[str, str]]:
    for app in APPS:
        for file in (ROOT / app).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text())):
                if isinstance(node, ast.Call):
                    yield from ((code, str(file)) for code in codes_of(node))


def codes_of(call: ast.Call) -> Iterator[str]:
    """What a refusal is raised or answered with: DeskError("X", ...) or code="x"."""
    name = getattr(call.func, "id", getattr(call.func, "attr", ""))
    first = call.args[:1] if name in ("DeskError", "error_body") else []
    named = [word.value for word in call.keywords if word.arg == "code"]
    for value in [*first, *(named if REFUSALS.fullmatch(name) else [])]:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value.upper()


def test_every_code_in_the_code_is_explained():
    found = dict(codes_in_code())
    explained = {error.code for error in ERRORS}

    assert len(found) > 15
    assert set(found) - explained - ONLY_IN_A_SOCKET == set(), found


def test_a_code_stands_once_under_one_status():
    codes = [error.code for error in ERRORS]

    assert sorted(set(codes)) == sorted(codes)


@pytest.mark.django_db
def test_the_page_shows_every_code_and_what_to_do(client):
    client.force_login(make_user())

    page = client.get("/docs/").content.decode()

    for error in ERRORS:
        assert f"<code>{error.code}</code>" in page
