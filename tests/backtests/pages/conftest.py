"""Stored minutes, a viewer and a staff member for the pages of backtests."""

import pytest

from tests.backtests.stored import store_minutes


@pytest.fixture(autouse=True)
def minutes():
    store_minutes()
