from django.urls import path

from dashboard.live.views import Feed, Stream

urlpatterns = [
    path("api/stream", Stream.as_view(), name="stream"),
    path("ws/feed", Feed.as_view(), name="feed"),
]
