from django.urls import path

from dashboard.why.api import WhyNot
from dashboard.why.views import why_page

urlpatterns = [
    path("signals/why/", why_page, name="why"),
    path("api/why", WhyNot.as_view(), name="api-why"),
]
