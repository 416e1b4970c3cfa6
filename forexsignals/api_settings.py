"""What the API's libraries are told: DRF and simplejwt (pure)."""

from datetime import timedelta
from typing import Any


def rest_framework(*, proxies: int) -> dict[str, Any]:
    """REST_FRAMEWORK for a desk behind this many proxies."""
    return {
        "DEFAULT_AUTHENTICATION_CLASSES": [
            "access.authentication.ApiKeyAuthentication",
            "access.authentication.PersonTokenAuthentication",
            "access.authentication.PageSessionAuthentication",
        ],
        "DEFAULT_PERMISSION_CLASSES": ["access.permissions.Deny"],
        "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
        "DEFAULT_PARSER_CLASSES": ["access.parsers.StrictJSONParser"],
        "DEFAULT_METADATA_CLASS": None,  # OPTIONS tells nobody what a view takes; the schema does
        "DEFAULT_SCHEMA_CLASS": "access.schema.DeskSchema",
        "DEFAULT_THROTTLE_RATES": {"public": "120/min", "token": "10/min", "write": "600/min"},
        "EXCEPTION_HANDLER": "access.errors.exception_handler",
        "NUM_PROXIES": proxies,
    }


def simple_jwt(*, secret: str) -> dict[str, Any]:
    """SIMPLE_JWT for tokens signed with this secret."""
    return {
        "SIGNING_KEY": secret,
        "ALGORITHM": "HS256",
        "ACCESS_TOKEN_LIFETIME": timedelta(minutes=10),
        "REFRESH_TOKEN_LIFETIME": timedelta(days=7),
        "ROTATE_REFRESH_TOKENS": True,
        "BLACKLIST_AFTER_ROTATION": True,
        "CHECK_REVOKE_TOKEN": True,
        "TOKEN_OBTAIN_SERIALIZER": "access.tokens.RoleTokenSerializer",
    }
