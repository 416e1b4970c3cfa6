import pytest

from tests.builders import make_config, make_key


@pytest.fixture
def script(client):
    """A client with a key that may run the desk; `name` is how the log calls it."""
    key, text = make_key("signals:read", "signals:write")
    client.defaults["HTTP_X_API_KEY"] = text
    client.name = key.actor
    return client


@pytest.fixture
def config():
    return make_config()
