import pytest
import time_machine
from django.contrib.auth import authenticate

from access.backends import LOGINS
from tests.builders import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@time_machine.travel("2026-11-21 10:00:15Z", tick=False)
def test_one_address_cannot_try_many_names(rf):
    make_user("anna")
    for n in range(LOGINS):
        authenticate(rf.post("/login/"), username=f"name{n}", password="guess")

    here = authenticate(rf.post("/login/"), username="anna", password=PASSWORD)
    elsewhere = authenticate(
        rf.post("/login/", REMOTE_ADDR="192.0.2.9"), username="anna", password=PASSWORD
    )

    assert here is None
    assert elsewhere is not None
