from datetime import UTC, datetime

import pytest

from audit.log import log_event
from audit.sealing import seal_pending
from audit.triggers import remove_triggers

AT = datetime(2026, 11, 18, 9, 30, tzinfo=UTC)


@pytest.fixture
def no_heads(settings, tmp_path):
    settings.AUDIT_HEADS = tmp_path / "audit-heads.txt"


@pytest.fixture
def events(transactional_db, no_heads):
    """Ten sealed events whose triggers somebody has dropped."""
    made = [log_event("test.event", at=AT, text=f"event {n}") for n in range(10)]
    seal_pending()
    remove_triggers()
    return made
