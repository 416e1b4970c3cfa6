from base64 import b64decode
from datetime import timedelta

import pytest

from delivery.signing import shown_secret, signing_keys
from tests.builders import NOON, make_recipient

pytestmark = pytest.mark.django_db


def make_endpoint(name="Bot", **values):
    address = f"https://example.org/{name}"
    return make_recipient(name, channel="webhook", address=address, **values)


def test_the_shown_secret_is_the_key_that_signs_and_long_enough():
    endpoint = make_endpoint()

    [key] = signing_keys(endpoint, now=NOON)

    assert shown_secret(endpoint).startswith("whsec_")
    assert b64decode(shown_secret(endpoint).removeprefix("whsec_")) == key
    assert len(key) == 32


def test_each_endpoint_each_rotation_and_each_desk_has_its_own_secret(settings):
    one, other = make_endpoint("one"), make_endpoint("other")
    secrets = {shown_secret(one), shown_secret(other)}
    one.secret_version = 2
    secrets.add(shown_secret(one))
    settings.FIELD_ENCRYPTION_KEY = "another key of another desk 0123456789"
    secrets.add(shown_secret(one))

    assert len(secrets) == 4


def test_a_rotated_secret_signs_beside_the_new_one_for_24_hours():
    endpoint = make_endpoint(secret_version=2, secret_rotated_at=NOON)
    new = b64decode(shown_secret(endpoint).removeprefix("whsec_"))

    assert len(signing_keys(endpoint, now=NOON + timedelta(hours=23, minutes=59))) == 2
    assert signing_keys(endpoint, now=NOON)[0] == new
    assert signing_keys(endpoint, now=NOON + timedelta(hours=24)) == (new,)


def test_nothing_is_signed_on_other_channels():
    assert signing_keys(make_recipient(), now=NOON) == ()
