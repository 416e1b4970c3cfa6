import pytest
from django.test import Client


@pytest.fixture(autouse=True)
def whole_desk(settings):
    settings.ROOT_URLCONF = "forexsignals.urls"


@pytest.fixture
def client():
    return Client()
