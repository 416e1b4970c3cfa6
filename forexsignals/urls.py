from django.conf import settings
from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("", include("dashboard.urls")),
    path("", include("signals.urls")),
    path("", include("markets.urls")),
    path("", include("delivery.urls")),
    path("", include("access.urls")),
]
