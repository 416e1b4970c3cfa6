"""What every test may count on, and which tests this machine cannot run."""

import gc
import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from datetime import datetime

import hypothesis
import pytest
import redis
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from markets.columns import folder as columns_folder
from tests.builders import make_user
from tests.emptying import begin_empty, remember_what_migrating_filled

COMMITTING_FIXTURES = {"transactional_db", "django_db_reset_sequences", "live_server"}
hypothesis.settings.register_profile("desk", deadline=None)  # a busy machine is no failure
hypothesis.settings.load_profile("desk")
LONG = ("services", "browser", "processes", "once", "long")
WITH_OTHERS = ("services", "browser", "processes")  # who look at the machine's own clock
CHROMIUM_NAMES = (
    "chromium-headless-shell",  # the same engine without windows: a test costs it half
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--clock", help="run at this time, e.g. 2026-11-21T12:00+00:00, a Saturday")
    parser.addoption(
        "--other-database",
        action="store_true",
        help="only what may differ on this database: neither `once` nor what asks for none",
    )


@pytest.fixture(scope="session", autouse=True)
def clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """The time of day the suite runs at; child processes keep the real one."""
    at = request.config.getoption("--clock")
    if at is None:
        yield
        return
    with time_machine.travel(datetime.fromisoformat(at), tick=True):
        yield


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Files with long tests come first: a worker that ends with one keeps the others waiting."""
    if config.getoption("--other-database"):
        same = [item for item in items if not may_differ(item)]
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if may_differ(item)]
    is_long = {item.path: False for item in items}
    for item in items:
        is_long[item.path] |= any(item.get_closest_marker(marker) for marker in LONG)
    items.sort(key=lambda item: not is_long[item.path])


def may_differ(item: pytest.Item) -> bool:
    """Whether `item` may end differently on another database."""
    if item.get_closest_marker("once"):
        return False
    asks = {"db", "transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    return bool(asks) or any(map(item.get_closest_marker, ("django_db", "services", "browser")))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with the reason, what needs something missing here; in CI that is a failure."""
    for marker, missing in MISSING.items():
        reason = item.get_closest_marker(marker) and missing()
        if reason:
            refuse = pytest.fail if os.environ.get("REQUIRE_SERVICES") else pytest.skip
            refuse(reason)


@pytest.fixture(autouse=True)
def beginning_of_a_minute(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ten seconds into the present one, so that no minute turns between two rows of a test."""
    if any(map(request.node.get_closest_marker, WITH_OTHERS)):
        yield
        return
    with time_machine.travel(timezone.now().replace(second=10, microsecond=0), tick=True):
        yield


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Throttles, columns and what the engine keeps do not reach the next test: it has their ids."""
    from signals.shards import PLANS, WINDOWS  # needs Django's apps, which are ready by now

    cache.clear()
    shutil.rmtree(columns_folder(), ignore_errors=True)
    PLANS.forget()
    WINDOWS.forget()
    yield


def pytest_configure() -> None:
    gc.disable()  # until all is collected: nothing of that is garbage
    begin_empty()


def pytest_collection_finish() -> None:
    """A tenth of the time went into looking for garbage among modules and tests that stay."""
    gc.enable()
    gc.freeze()
    gc.set_threshold(50_000, 10, 10)


@pytest.fixture(autouse=True)
def emptied_tables(request: pytest.FixtureRequest) -> Iterator[None]:
    """Before the rows of a test that commits are taken away, nobody may still be writing."""
    marker = request.node.get_closest_marker("django_db")
    commits = COMMITTING_FIXTURES & set(request.fixturenames) or (
        marker is not None and marker.kwargs.get("transaction")
    )
    if commits:
        request.getfixturevalue("transactional_db")  # so that we are torn down before it
        remember_what_migrating_filled()
    yield
    if commits:
        await_server_threads()


def await_server_threads(*, seconds: float = 20) -> None:
    """Let the live server finish what a closed page asked: emptying beside it can deadlock."""
    deadline = time.monotonic() + seconds
    while answering := [t for t in threading.enumerate() if "process_request_thread" in t.name]:
        if time.monotonic() > deadline:
            pytest.fail(f"{len(answering)} connections to the live server are still open")
        answering[0].join(0.1)


@pytest.fixture
def viewer(client: Client) -> Client:
    """A browser in which anna, a viewer, is signed in."""
    client.force_login(make_user())
    return client


@pytest.fixture
def staff(client: Client) -> Client:
    """A browser in which sam, who runs the desk, is signed in."""
    client.force_login(make_user("sam", "staff"))
    return client


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is; tests marked `browser` run only if it is somewhere."""
    return next(filter(None, map(shutil.which, CHROMIUM_NAMES)))


def missing_services() -> str | None:
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        return "DATABASE_URL names no PostgreSQL database"
    try:
        redis.Redis.from_url(os.environ.get("REDIS_URL", "redis://nowhere.invalid")).ping()
    except redis.RedisError:
        return "REDIS_URL names no Redis that answers"
    return None


def missing_browser() -> str | None:
    return None if any(map(shutil.which, CHROMIUM_NAMES)) else "no Chromium on PATH"


def missing_linux() -> str | None:
    return None if sys.platform == "linux" else "looks at processes in /proc, which Linux has"


MISSING = {
    "services": missing_services,
    "browser": missing_browser,
    "processes": missing_linux,
}
