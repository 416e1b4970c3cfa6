"""Stored minutes, a viewer and a staff member for the pages of backtests."""

import pytest

from tests.backtests.stored import store_minutes
from tests.builders import make_user


@pytest.fixture(autouse=True)
def minutes():
    store_minutes()


@pytest.fixture
def viewer(client):
    client.force_login(make_user())
    return client


@pytest.fixture
def staff(client):
    client.force_login(make_user("sam", "staff"))
    return client
