"""What every test gets: an empty cache, and a log that the flush after a test may empty."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache

from audit.triggers import remove_triggers

COMMITTING_FIXTURES = {"transactional_db", "django_db_reset_sequences", "live_server"}


@pytest.fixture(autouse=True)
def empty_cache() -> None:
    """Throttles and counters start at zero."""
    cache.clear()


@pytest.fixture(autouse=True)
def flushable_log(request: pytest.FixtureRequest) -> Iterator[None]:
    """After a test that commits, drop the append-only triggers so that its rows can go.

    The flush that follows sends post_migrate, which installs them again.
    """
    marker = request.node.get_closest_marker("django_db")
    commits = COMMITTING_FIXTURES & set(request.fixturenames) or (
        marker is not None and marker.kwargs.get("transaction")
    )
    if commits:
        request.getfixturevalue("transactional_db")  # so that we are torn down before it
    yield
    if commits:
        remove_triggers()
