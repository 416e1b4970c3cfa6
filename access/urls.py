from django.urls import include, path, re_path
from django.views.decorators.csrf import csrf_exempt

from access.error_pages import handler404
from access.profile import password_view, profile_page, revoke_own_token, revoke_own_tokens
from access.views import DocsView, LogoutView, RefreshView, SchemaView, TokenView

urlpatterns = [
    path("profile/", profile_page, name="profile"),
    path("", include("access.factors.urls")),
    path("profile/password/", password_view, name="password"),
    path("profile/tokens/revoke/", revoke_own_tokens, name="revoke-own-tokens"),
    path("profile/tokens/<int:token_id>/revoke/", revoke_own_token, name="revoke-own-token"),
    path("api/auth/token", TokenView.as_view(), name="api-token"),
    path("api/auth/refresh", RefreshView.as_view(), name="api-refresh"),
    path("api/auth/logout", LogoutView.as_view(), name="api-logout"),
    path("api/schema", SchemaView.as_view(), name="api-schema"),
    path("api/docs", DocsView.as_view(), name="api-docs"),
    path("api", csrf_exempt(handler404), name="api-unknown"),
    re_path(r"^api/", csrf_exempt(handler404), name="api-unknown"),
]
