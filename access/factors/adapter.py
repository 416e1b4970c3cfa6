"""What allauth asks the desk: how secrets are kept, and how things are called."""

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser

from access.sealing import seal, unseal


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Named by the setting MFA_ADAPTER."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return unseal(encrypted_text)

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def get_totp_issuer(self) -> str:
        return f"forexsignals {context.request.get_host()}"
