from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, include, path

from dashboard import actions, views
from dashboard.api import ResendSignal
from dashboard.health import Health
from dashboard.login import Login
from dashboard.metrics_view import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("dashboard.overview.urls")),
    path("", include("dashboard.by_hand.urls")),
    path("", include("dashboard.live.urls")),
    path("login/", Login.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("theme/", views.switch_theme, name="theme"),
    path("", include("dashboard.strategies.urls")),
    path("", include("dashboard.shadow.urls")),
    path("", include("dashboard.why.urls")),
    path("", include("dashboard.risk.urls")),
    path("", include("dashboard.logs.urls")),
    path("", include("dashboard.keys.urls")),
    path("", include("dashboard.docs.urls")),
    path("pause/", actions.pause_view, name="pause"),
    path("resume/", actions.resume_view, name="resume"),
    path("channels/<slug:slug>/resume/", actions.resume_channel_view, name="resume-channel"),
    path(
        "api/admin/signals/<int:signal_id>/resend",
        ResendSignal.as_view(),
        name="api-resend",
    ),
    path("api/health", Health.as_view(), name="health"),
    path("metrics", metrics, name="metrics"),
]
