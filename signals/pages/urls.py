from django.urls import URLPattern, URLResolver, include, path

from signals.pages import signal_views, verify, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("verify/", verify.verify_page, name="verify"),
    path("verify/<str:code>/", verify.verify_code, name="verify-code"),
    path("", include("signals.pages.record.urls")),
    path("signals/", views.signals_page, name="signals"),
    path("signals/tabs/", views.tabs_part, name="signals-tabs"),
    path("signals/list/", views.list_part, name="signals-list"),
    path("signals/export.csv", views.export, name="signals-export"),
    path("signals/<int:signal_id>/", signal_views.signal_page, name="signal"),
    path("signals/<int:signal_id>/chart/", signal_views.signal_chart, name="signal-chart"),
    path("signals/<int:signal_id>/<slug:name>/", signal_views.signal_part, name="signal-part"),
]
