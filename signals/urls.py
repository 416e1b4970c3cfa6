from django.urls import URLPattern, URLResolver, include, path

from signals.api import LatestSignal, RecentSignals

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("signals.pages.urls")),
    path("api/signals/latest", LatestSignal.as_view(), name="api-signals-latest"),
    path("api/signals/recent", RecentSignals.as_view(), name="api-signals-recent"),
]
