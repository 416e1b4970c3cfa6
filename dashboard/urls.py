from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from dashboard import actions, by_hand, decisions, fragments, views
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
    path("channels/<slug:slug>/resume/", actions.resume_channel_view, name="resume-channel"),
    path("push/last/", by_hand.push_last_view, name="push-last"),
    path("push/<int:signal_id>/", by_hand.push_view, name="push"),
    path("test-message/", by_hand.test_message_view, name="test-message"),
    path("messages/<int:message_id>/", by_hand.message_page, name="message"),
    path("live/messages/<int:message_id>/", by_hand.message_part, name="live-message"),
    path("deliveries/uncertain/", decisions.undecided_page, name="undecided"),
    path("deliveries/<int:delivery_id>/resolve/", decisions.resolve_view, name="resolve"),
    path(
        "api/admin/signals/<int:signal_id>/resend",
        ResendSignal.as_view(),
        name="api-resend",
    ),
    path("api/health", health, name="health"),
    path("metrics", metrics, name="metrics"),
]
