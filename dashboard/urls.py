from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from dashboard import actions, fragments, views
from dashboard.api import ResendSignal
from dashboard.health import health
from dashboard.login import Login
from dashboard.metrics_view import metrics

urlpatterns: list[URLPattern] = [
    path("", views.overview_page, name="overview"),
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("theme/", views.switch_theme, name="theme"),
    path("live/<slug:name>/", fragments.live, name="live"),
    path("pause/", actions.pause_view, name="pause"),
    path("resume/", actions.resume_view, name="resume"),
    path("push/<int:signal_id>/", actions.push_view, name="push"),
    path(
        "api/admin/signals/<int:signal_id>/resend",
        ResendSignal.as_view(),
        name="api-resend",
    ),
    path("api/health", health, name="health"),
    path("metrics", metrics, name="metrics"),
]
