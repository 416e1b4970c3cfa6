from django.urls import path

from dashboard.live.views import Stream

urlpatterns = [path("api/stream", Stream.as_view(), name="stream")]
