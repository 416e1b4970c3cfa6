"""Tokens in JSON, as OpenAPI describes them."""

from typing import Any

from rest_framework import serializers

from access.sent import Sent


class LoginIn(Sent):
    """Who logs in."""

    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=1000, trim_whitespace=False)


class RefreshIn(Sent):
    """A refresh token."""

    refresh = serializers.CharField(max_length=4000)


class TokensOut(serializers.Serializer[Any]):
    """A new pair; each refresh token works once."""

    access = serializers.CharField(help_text="Send it as a bearer token; it lives 10 minutes.")
    refresh = serializers.CharField(help_text="Trade it at /api/auth/refresh within 7 days.")
