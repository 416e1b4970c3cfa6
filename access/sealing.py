"""Short secrets at rest: sealed with FIELD_ENCRYPTION_KEY, so a copy of the database opens none."""

from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.fernet import Fernet
from django.conf import settings


def seal(text: str) -> str:
    """`text` in a form only this desk can read."""
    return _box().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """What was sealed; cryptography's InvalidToken if it was sealed with another key."""
    return _box().decrypt(sealed.encode()).decode()


def _box() -> Fernet:
    # Of the key's other uses: webhook secrets are derived from it with another purpose.
    purpose = b"forexsignals:sealing:" + settings.FIELD_ENCRYPTION_KEY.encode()
    return Fernet(urlsafe_b64encode(sha256(purpose).digest()))
