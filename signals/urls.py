from django.urls import URLPattern, URLResolver, include, path

from signals.api.reading import LatestSignal, OneSignal, RecentSignals
from signals.api.stats import Stats

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("signals.pages.urls")),
    path("api/signals/latest", LatestSignal.as_view(), name="api-signals-latest"),
    path("api/signals/recent", RecentSignals.as_view(), name="api-signals-recent"),
    path("api/signals/<int:signal_id>", OneSignal.as_view(), name="api-signal"),
    path("api/stats", Stats.as_view(), name="api-stats"),
]
