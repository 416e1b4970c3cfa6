"""What the migrations do with a desk that has already run."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from signals.models import Position, Signal, Track
from tests.builders import NOON, make_signal

BEFORE_PAGES = ("signals", "0001_initial")


@pytest.fixture
def migrate(transactional_db):
    """Migrate to a state of the past and, at the end at the latest, to the present."""

    def to(*targets):
        executor = MigrationExecutor(connection)
        executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())

    yield to
    to()


def test_signals_closed_before_the_pages_came_get_their_ending(migrate):
    ended = {
        reason: ended_signal(n, reason) for n, reason in enumerate(("tp", "trailing_stop", "flat"))
    }
    flat = make_signal(minutes_ago=9, action="FLAT", sl=None, tp=None, status="closed")

    migrate(BEFORE_PAGES)
    migrate()

    endings = dict(Signal.objects.values_list("pk", "ending"))
    assert [endings[pk] for pk in ended.values()] == ["tp", "sl", "rule"]
    assert endings[flat.pk] == ""


def ended_signal(number: int, reason: str) -> int:
    signal = make_signal(minutes_ago=20 + number, status="closed")
    track, _ = Track.objects.get_or_create(
        run=signal.run, config=signal.config, feed="mock", defaults={"starts_after": NOON}
    )
    Position.objects.create(
        signal=signal, track=track, state="closed", stop=signal.sl, reason=reason, closed_at=NOON
    )
    return signal.pk
