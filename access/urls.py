from django.urls import path, re_path

from access.error_pages import handler404
from access.views import DocsView, LogoutView, RefreshView, SchemaView, TokenView

urlpatterns = [
    path("api/auth/token", TokenView.as_view(), name="api-token"),
    path("api/auth/refresh", RefreshView.as_view(), name="api-refresh"),
    path("api/auth/logout", LogoutView.as_view(), name="api-logout"),
    path("api/schema", SchemaView.as_view(), name="api-schema"),
    path("api/docs", DocsView.as_view(), name="api-docs"),
    re_path(r"^api/", handler404),  # last of all URLs: whatever no app knows
]
