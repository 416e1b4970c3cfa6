from django.urls import URLPattern, path

from delivery.api import KillSwitch

urlpatterns: list[URLPattern] = [
    path("api/admin/kill-switch", KillSwitch.as_view(), name="api-kill-switch"),
]
