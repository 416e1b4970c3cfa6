from django.conf import settings
from django.contrib import admin
from django.urls import include, path

admin.autodiscover()  # here, for only who answers requests needs them: forexsignals.admin_config

urlpatterns = [
    path(settings.ADMIN_PATH, admin.site.urls),
    path("", include("signals.urls")),  # first: what scripts ask for all day
    path("", include("backtests.urls")),
    path("", include("dashboard.urls")),
    path("", include("backtests.api.urls")),
    path("", include("risk.urls")),
    path("", include("strategies.urls")),
    path("", include("markets.urls")),
    path("", include("delivery.urls")),
    path("", include("access.urls")),
]

handler400 = "access.error_pages.handler400"
handler403 = "access.error_pages.handler403"
handler404 = "access.error_pages.handler404"
handler500 = "access.error_pages.handler500"
