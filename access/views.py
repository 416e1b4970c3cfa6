"""Logging in and out for scripts, and the description of the API."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework_simplejwt.views import TokenViewBase

from access.permissions import IsViewer
from access.throttles import PublicThrottle, TokenThrottle
from access.token_shapes import LoginIn, RefreshIn, TokensOut
from access.tokens import LogoutSerializer, RefreshSerializer, RoleTokenSerializer

WRONG_PASSWORD = OpenApiResponse(description="User name and password do not match.")
USED_UP = OpenApiResponse(description="The refresh token is not valid, or was used before.")


@extend_schema_view(
    post=extend_schema(
        operation_id="create_token",
        tags=["auth"],
        auth=[],
        request=LoginIn,
        responses={200: TokensOut, 401: WRONG_PASSWORD},
    )
)
class TokenView(TokenViewBase):
    """Log in with user name and password; the access token lives 10 minutes."""

    serializer_class = RoleTokenSerializer
    throttle_classes = [TokenThrottle]


@extend_schema_view(
    post=extend_schema(
        operation_id="refresh_token",
        tags=["auth"],
        auth=[],
        request=RefreshIn,
        responses={200: TokensOut, 401: USED_UP},
    )
)
class RefreshView(TokenViewBase):
    """Trade a refresh token for a new pair; the old one works no more."""

    serializer_class = RefreshSerializer
    throttle_classes = [TokenThrottle]


@extend_schema_view(
    post=extend_schema(
        operation_id="revoke_token",
        tags=["auth"],
        auth=[],
        request=RefreshIn,
        responses={204: None, 401: USED_UP},
    )
)
class LogoutView(TokenViewBase):
    """Give a refresh token back; it works no more."""

    serializer_class = LogoutSerializer
    throttle_classes = [TokenThrottle]

    def post(self, request: Request, *args: object, **kwargs: object) -> Response:
        super().post(request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SchemaView(SpectacularAPIView):
    """The API as OpenAPI 3."""

    permission_classes = [IsViewer]
    throttle_classes = [PublicThrottle]


@method_decorator(csp_update({"style-src": [SELF, UNSAFE_INLINE]}), name="dispatch")
class DocsView(SpectacularSwaggerSplitView):
    """The API to read and try, with files of our own and no CDN."""

    permission_classes = [IsViewer]
    url_name = "api-schema"
