"""Tokens for people: what a login, a refresh and a logout give or take."""

from typing import Any, cast

from axes.helpers import get_cool_off
from django.contrib.auth.models import User
from django.contrib.auth.signals import user_logged_in
from django.utils import timezone
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.serializers import TokenObtainPairSerializer, TokenObtainSerializer
from rest_framework_simplejwt.tokens import RefreshToken

from access.authentication import PersonTokenAuthentication
from access.factors.token_codes import demand_code
from access.roles import role_of
from access.sent import Sent
from access.token_families import FAMILY, end_family_of, keep_claims


class RoleTokenSerializer(Sent, TokenObtainPairSerializer):
    """User name, password and code in; an access and a refresh token with the person's role out."""

    default_error_messages = {"no_active_account": "User name and password do not match."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"] = serializers.CharField(write_only=True, max_length=150)
        self.fields["password"] = serializers.CharField(
            write_only=True, max_length=1000, trim_whitespace=False
        )
        self.fields["code"] = serializers.CharField(
            write_only=True,
            required=False,
            max_length=20,
            help_text="What the authenticator app shows, or a recovery code; of who has an app.",
        )
        self.fields["access"] = serializers.CharField(read_only=True)
        self.fields["refresh"] = serializers.CharField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        request, code = self.context["request"], attrs.pop("code", "")
        try:
            TokenObtainSerializer.validate(self, attrs)
        except AuthenticationFailed:
            if getattr(request, "axes_locked_out", False):
                raise _locked_out(request) from None
            raise
        user = cast(User, self.user)
        demand_code(user, code, request=request, now=timezone.now())
        user_logged_in.send(sender=User, request=request, user=user)
        token = self.get_token(user)
        return {"access": str(token.access_token), "refresh": str(token)}

    @classmethod
    def get_token(cls, user: Any) -> RefreshToken:
        token = RefreshToken.for_user(user)
        token["role"] = role_of(user)
        token[FAMILY] = token["jti"]
        keep_claims(token)
        return token


class RefreshSerializer(Sent):
    """A refresh token in, a new pair out; each refresh token works exactly once."""

    refresh = serializers.CharField(max_length=4000)
    access = serializers.CharField(read_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        old = _unused(attrs["refresh"])
        user = PersonTokenAuthentication().get_user(old)  # exists, active, password unchanged
        use_up(old)
        new = RoleTokenSerializer.get_token(user)
        new[FAMILY] = old.get(FAMILY, old["jti"])
        keep_claims(new)
        return {"access": str(new.access_token), "refresh": str(new)}


class LogoutSerializer(Sent):
    """A refresh token in; it works no more."""

    refresh = serializers.CharField(max_length=4000, write_only=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, str]:
        RefreshToken(attrs["refresh"]).blacklist()
        return {}


def _unused(text: str) -> RefreshToken:
    """The token; one that was used up before ends all that was renewed from its login."""
    try:
        return RefreshToken(cast(Any, text))
    except TokenError:
        end_family_of(text, now=timezone.now())
        raise


def use_up(token: RefreshToken) -> None:
    """Blacklist `token`; of two requests that do so at once, one gets through."""
    if not cast(tuple[Any, bool], token.blacklist())[1]:
        raise InvalidToken("This refresh token was used before. Log in again.")


def _locked_out(request: Any) -> Throttled:
    cool_off = get_cool_off(request)
    seconds = cool_off.total_seconds() if cool_off else None
    return Throttled(wait=seconds, detail="Too many failed logins.", code="locked_out")
