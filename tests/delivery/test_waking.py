"""A tick or a page wakes the sender: without a broker it must not wait long for that."""

import secrets
import socket
from collections.abc import Iterator

import pytest

from tests.processes import free_port, run_manage

WAKE = """
import time
from delivery.waking import wake
begun = time.monotonic()
for _ in range({times}): wake()
print(time.monotonic() - begun)
"""
SECRETS = ("SECRET_KEY", "JWT_SECRET", "FIELD_ENCRYPTION_KEY")


def seconds_to_wake(port: int, tmp_path, *, times: int) -> float:
    values = {name: secrets.token_urlsafe(48) for name in SECRETS}
    values |= {"REDIS_URL": f"redis://127.0.0.1:{port}/0", "VAR_DIR": str(tmp_path)}
    result = run_manage("shell", "-v0", "-c", WAKE.format(times=times), **values)
    assert result.returncode == 0, result.stderr
    return float(result.stdout.split()[-1])


@pytest.fixture
def frozen_server() -> Iterator[int]:
    """The port of a server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_ten_wakes_while_the_broker_is_down_cost_the_caller_less_than_two_seconds(tmp_path):
    assert seconds_to_wake(free_port(), tmp_path, times=10) < 2


def test_a_wake_while_the_broker_is_frozen_costs_the_caller_a_few_seconds(tmp_path, frozen_server):
    assert seconds_to_wake(frozen_server, tmp_path, times=1) < 6
