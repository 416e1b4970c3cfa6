from django.urls import URLPattern, path

from signals.api import LatestSignal, RecentSignals

urlpatterns: list[URLPattern] = [
    path("api/signals/latest", LatestSignal.as_view(), name="api-signals-latest"),
    path("api/signals/recent", RecentSignals.as_view(), name="api-signals-recent"),
]
