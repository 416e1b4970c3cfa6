import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def small_desk(settings):
    """The URLs of tests/access/desk_urls.py, and a limit no test reaches by accident."""
    settings.ROOT_URLCONF = "tests.access.desk_urls"
    settings.PUBLIC_API = True


@pytest.fixture
def client():
    return Client(raise_request_exception=False)
