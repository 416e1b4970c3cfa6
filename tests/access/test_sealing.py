import pytest
from cryptography.fernet import InvalidToken

from access.sealing import seal, unseal


def test_what_was_sealed_can_be_read_again_and_is_not_in_the_seal():
    sealed = seal("JBSWY3DP")

    assert "JBSWY3DP" not in sealed
    assert unseal(sealed) == "JBSWY3DP"


def test_another_key_opens_nothing(settings):
    sealed = seal("JBSWY3DP")
    settings.FIELD_ENCRYPTION_KEY = "another key of another desk 0123456789"

    with pytest.raises(InvalidToken):
        unseal(sealed)
