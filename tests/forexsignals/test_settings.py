import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from forexsignals.embedded import broker_socket, generated_secrets
from forexsignals.strength import secret_faults
from tests.processes import ROOT, plain_environment

NAMES = ("SECRET_KEY", "JWT_SECRET", "FIELD_ENCRYPTION_KEY")
GOOD = {name: secrets.token_urlsafe(48) for name in NAMES}


def show(expression: str, var_dir: Path, **values: str) -> subprocess.CompletedProcess[str]:
    code = f"from django.conf import settings as s; print({expression})"
    environment = plain_environment(VAR_DIR=str(var_dir), **values)
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def test_the_embedded_desk_makes_its_secrets_once(tmp_path: Path) -> None:
    first = show("s.SECRET_KEY, s.JWT_SECRET, s.FIELD_ENCRYPTION_KEY", tmp_path)
    second = show("s.SECRET_KEY, s.JWT_SECRET, s.FIELD_ENCRYPTION_KEY", tmp_path)

    assert first.stdout == second.stdout != ""
    assert (tmp_path / "secrets.env").stat().st_mode & 0o077 == 0


def test_processes_that_start_together_agree_on_the_secrets(tmp_path: Path) -> None:
    environment = plain_environment(VAR_DIR=str(tmp_path))
    code = "from django.conf import settings; print(settings.SECRET_KEY)"
    starts = [
        subprocess.Popen(
            [sys.executable, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE
        )
        for _ in range(3)
    ]

    keys = {start.communicate()[0] for start in starts}

    assert len(keys) == 1


def test_a_generated_secret_is_fit_for_use(tmp_path: Path) -> None:
    made = generated_secrets(tmp_path, create=True)

    assert secret_faults({name: made[name] for name in NAMES}) == []


@pytest.mark.parametrize("name", ["DATABASE_URL", "REDIS_URL"])
def test_production_without_secrets_stops_with_one_line(tmp_path: Path, name: str) -> None:
    result = show("s.DEBUG", tmp_path, **{name: "postgres://u:p@db/x"})

    assert result.returncode == 1
    assert len(result.stderr.splitlines()) == 1
    assert "SECRET_KEY is missing" in result.stderr


def test_a_desk_started_by_up_keeps_its_secrets_whatever_its_database(tmp_path: Path) -> None:
    made = generated_secrets(tmp_path, create=True)

    second_shell = show("s.SECRET_KEY", tmp_path, DATABASE_URL="postgres://u:p@db/x")

    assert second_shell.stdout.strip() == made["SECRET_KEY"]


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ("", "is missing"),
        ("short", "is shorter than 32 characters"),
        ("x" * 64, "has fewer than 10 different characters"),
        ("django-insecure-0123456789abcdefghijklmnopq", "is a sample value"),
        ("change-me-change-me-0123456789-0123456789", "is a sample value"),
    ],
)
def test_a_weak_secret_is_refused_by_name(value: str, fault: str) -> None:
    assert secret_faults({**GOOD, "JWT_SECRET": value}) == [f"JWT_SECRET {fault}"]


def test_secrets_must_differ() -> None:
    same = dict.fromkeys(NAMES, GOOD["SECRET_KEY"])

    assert secret_faults(same) == [f"{', '.join(NAMES)} must differ from each other"]


def test_an_empty_value_means_the_default(tmp_path: Path) -> None:
    result = show(
        "s.PORT, s.DEBUG, s.ADMIN_USERNAME", tmp_path, PORT="", DEBUG="", ADMIN_USERNAME=""
    )

    assert result.stdout.strip() == "8000 False admin"


def test_the_environment_wins_over_the_env_file(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("PORT=9001\nADMIN_USERNAME=from-file\n")

    result = show("s.PORT, s.ADMIN_USERNAME", tmp_path, ENV_FILE=str(file), PORT="9002")

    assert result.stdout.strip() == "9002 from-file"


def test_cookies_are_secure_only_behind_https(tmp_path: Path) -> None:
    names = "s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_NAME, s.SECURE_HSTS_SECONDS > 0"

    plain = show(names, tmp_path)
    secure = show(names, tmp_path, PUBLIC_BASE_URL="https://desk.example.org/")

    assert plain.stdout.strip() == "False sessionid False"
    assert secure.stdout.strip() == "True __Host-sessionid True"


def test_the_host_of_the_public_address_is_allowed(tmp_path: Path) -> None:
    result = show("s.ALLOWED_HOSTS", tmp_path, PUBLIC_BASE_URL="https://desk.example.org")

    assert "desk.example.org" in result.stdout
    assert "127.0.0.1" in result.stdout


def test_the_socket_of_a_deep_clone_is_short_and_always_the_same() -> None:
    deep = Path("/home") / ("x" * 120) / "var"

    path = broker_socket(deep)

    assert path == broker_socket(deep)
    assert len(str(path)) < 100
    assert broker_socket(Path("/srv/desk/var")) == Path("/srv/desk/var/broker.sock")


def test_each_setting_knows_where_its_value_comes_from(tmp_path: Path) -> None:
    file = tmp_path / "env"
    file.write_text("WHATSAPP_TOKEN=from-file\nWHATSAPP_PHONE_ID=7\nTELEGRAM_BOT_TOKEN=\n")
    names = ("WHATSAPP_TOKEN", "WHATSAPP_PHONE_ID", "JWT_SECRET", "TELEGRAM_BOT_TOKEN", "PATH")

    shown = show(
        f"[s.SETTING_SOURCES.get(name) for name in {names}]",
        tmp_path,
        ENV_FILE=str(file),
        WHATSAPP_PHONE_ID="8",
    )

    assert shown.stdout.strip() == "['file', 'environment', 'generated', None, None]"
